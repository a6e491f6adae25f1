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

/** The run controls the one transaction: marker, bundle, checks and COMMIT. */
export const transactionControl: StatementRule = ({ kind, node }) => {
	const word = kind === 'TransactionStmt' ? WORDS[String(node?.kind)] : undefined;
	if (word?.includes('SAVEPOINT')) {
		return {
			code,
			message: `${word}: the console runs the whole bundle in one transaction, all or nothing`,
			instead: 'Remove it. To try something and continue when it fails, use a DO block with EXCEPTION.',
		};
	}
	if (word) {
		return {
			code,
			message: `${word}: the console begins and ends the one transaction of the bundle`,
			instead: 'Remove it. File what must be committed separately as a separate change.',
		};
	}
	if (kind !== 'VariableSetStmt' || !SETTINGS.includes(String(node?.name))) return null;
	return {
		code,
		message: `SET ${node?.name}: the console sets the mode of the transaction`,
		instead: 'Remove it. The bundle runs READ WRITE and cannot use the snapshot of another session.',
	};
};
