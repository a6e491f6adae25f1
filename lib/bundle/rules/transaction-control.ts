import type { StatementRule } from './rule.ts';

const WORDS: Record<string, string> = {
	TRANS_STMT_BEGIN: 'BEGIN',
	TRANS_STMT_START: 'START TRANSACTION',
	TRANS_STMT_COMMIT: 'COMMIT',
	TRANS_STMT_ROLLBACK: 'ROLLBACK',
	TRANS_STMT_SAVEPOINT: 'SAVEPOINT',
	TRANS_STMT_RELEASE: 'RELEASE SAVEPOINT',
	TRANS_STMT_ROLLBACK_TO: 'ROLLBACK TO SAVEPOINT',
};
const SETTINGS = ['TRANSACTION', 'SESSION CHARACTERISTICS', 'TRANSACTION SNAPSHOT'];
const code = 'transaction_control';

/** The run owns the one transaction: marker, bundle, checks and COMMIT. */
export const transactionControl: StatementRule = ({ kind, node }) => {
	const word = kind === 'TransactionStmt' ? WORDS[String(node?.kind)] : undefined;
	if (word?.includes('SAVEPOINT')) {
		return {
			code,
			message: `${word}: the bundle runs in one transaction that the console controls, all or nothing`,
			instead: 'Remove it. To try something and go on when it fails, use a DO block with EXCEPTION.',
		};
	}
	if (word) {
		return {
			code,
			message: `${word}: the bundle runs in one transaction that the console begins and ends`,
			instead: 'Remove it. What must be committed apart belongs in a change of its own.',
		};
	}
	if (kind !== 'VariableSetStmt' || !SETTINGS.includes(String(node?.name))) return null;
	return {
		code,
		message: `SET ${node?.name}: the console sets the mode of the transaction`,
		instead: 'Remove it. The bundle runs READ WRITE, and waits for no snapshot of another session.',
	};
};
