import type { StatementRule } from './rule.ts';

const WORDS: Record<string, string> = {
	TRANS_STMT_PREPARE: 'PREPARE TRANSACTION',
	TRANS_STMT_COMMIT_PREPARED: 'COMMIT PREPARED',
	TRANS_STMT_ROLLBACK_PREPARED: 'ROLLBACK PREPARED',
};

/** A prepared transaction outlives its session: nobody could say any more whether the change is committed. */
export const preparedTransaction: StatementRule = ({ kind, node }) => {
	const word = kind === 'TransactionStmt' ? WORDS[String(node?.kind)] : undefined;
	if (!word) return null;
	return {
		code: 'prepared_transaction',
		message: `${word}: a two-phase commit would take the change out of the console's hands`,
		instead: 'Remove it. A prepared transaction that is left over is ended by the DBA, outside a change.',
	};
};
