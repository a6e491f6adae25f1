import type { StatementRule } from './rule.ts';

const WORDS: Record<string, string> = {
	TRANS_STMT_PREPARE: 'PREPARE TRANSACTION',
	TRANS_STMT_COMMIT_PREPARED: 'COMMIT PREPARED',
	TRANS_STMT_ROLLBACK_PREPARED: 'ROLLBACK PREPARED',
};

/** A prepared transaction outlives its session: nobody could then say whether the change is committed. */
export const preparedTransaction: StatementRule = ({ kind, node }) => {
	const word = kind === 'TransactionStmt' ? WORDS[String(node?.kind)] : undefined;
	if (!word) return null;
	return {
		code: 'prepared_transaction',
		message: `${word}: with a two-phase commit the console would lose control of the change`,
		instead: 'Remove it. The DBA ends a prepared transaction that is left over, outside a change.',
	};
};
