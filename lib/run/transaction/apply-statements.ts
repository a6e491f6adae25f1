import type { BundleStatement } from '#lib/bundle/split-bundle.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import { describeSqlError } from '#lib/postgres/connection/describe-sql-error.ts';
import { SQLSTATE, sqlstateOf } from '#lib/postgres/connection/sqlstates.ts';
import { redactStart } from '#lib/redact.ts';
import type { SqlStatement } from '#lib/sql/split-statements.ts';
import { inTime } from './in-time.ts';
import type { OpenTransaction } from './open-transaction.ts';
import { MOST_AHEAD, type Sent, type SentAhead, sendAhead } from './send-ahead.ts';
import { assertSameSession, droppedQuestion, type SessionState } from './session-state.ts';

const SHOWN_CHARACTERS = 2_000;
/** Notices kept per statement: a loop can raise any number. */
const MAX_NOTICES = 100;

/**
 * Sends the bundle's statements in order, some ahead of the answers. The first that fails ends it, with its place and a caret.
 */
export async function applyStatements(transaction: OpenTransaction, began: SessionState): Promise<void> {
	const { client, statements, tell, signal, afterEach } = transaction;
	const sending = sendAhead(client, statements, { mostAhead: afterEach ? 0 : MOST_AHEAD });
	const tellHowManyMore = tellNotices(transaction, sending);
	for (const [at, one] of statements.entries()) {
		signal.throwIfAborted();
		const { file, statement } = one;
		const shown = { index: at + 1, total: statements.length, file, line: statement.line, sql: statement.sql.slice(0, SHOWN_CHARACTERS) };
		tell({ phase: 'statement started', data: shown });
		const sent = sending.take();
		const rows = await answered(transaction, { sent, statement, file, began }).finally(() => tellHowManyMore(one));
		tell({ phase: 'statement done', data: { ...shown, ms: Math.round(sent.ms), rows } });
		await afterEach?.(at);
	}
}

/** A database that stands beside for a restore names the roles too, and a DROP ROLE that is not a statement of its own is not seen before. */
const NAMED_BESIDE = /\bdatabase (countersign_(scratch|standby|failed)_[0-9a-f]{12})/;

function insteadOf(error: unknown): string {
	const beside = NAMED_BESIDE.exec(String((error as { detail?: unknown }).detail ?? ''));
	if (beside?.[2] === 'failed')
		return `Rolled back: nothing was changed. ${beside[1]} was kept by a restore: remove it on that run's page, then execute again.`;
	if (beside)
		return `Rolled back: nothing was changed. ${beside[1]} is the way back of this run. Write DROP ROLE as a statement of its own, without a standby copy: the run then keeps no such database.`;
	if (sqlstateOf(error) === SQLSTATE.deadlockDetected)
		return 'Rolled back: nothing was changed. Execute again; if it happens again, lock in a new revision what the others lock first.';
	if (sqlstateOf(error) === SQLSTATE.lockNotAvailable)
		return 'Rolled back: nothing was changed. Find out who held the lock, and execute again.';
	return 'Rolled back: nothing was changed. Correct the statement in a new revision.';
}

type One = { sent: Sent; statement: SqlStatement; file: string; began: SessionState };

/** Waits for the answer to a statement that has the server to itself from now on. Returns its rows. */
async function answered(transaction: OpenTransaction, { sent, statement, file, began }: One): Promise<number | null> {
	const { sql, line, column } = statement;
	try {
		const [{ rowCount }, session] = await inTime(transaction, Promise.all([sent.result, sent.session]));
		if (session) assertSameSession(began, session, sent.asks);
		return rowCount;
	} catch (thrown) {
		const error = droppedQuestion(thrown, sent.asks) ?? thrown;
		if (error instanceof StepFailed)
			throw new StepFailed({ ...error.failure, file, line, column, statement: sql.slice(0, SHOWN_CHARACTERS) }, { cause: error });
		throw new StepFailed(
			{
				...describeSqlError(error, { sql, file, line, column }),
				code: 'sql_error',
				instead: insteadOf(error),
			},
			{ cause: error },
		);
	}
}

type Notice = { severity?: string | undefined; message?: string | undefined; detail?: string | undefined; hint?: string | undefined };

/** Tells the first notices of each statement with its place, and what is said after the last. Returns what tells how many more a statement had. */
function tellNotices({ client, tell }: OpenTransaction, { current }: SentAhead): (of: BundleStatement) => void {
	const counts = new Map<BundleStatement | undefined, number>();
	const placeOf = (at: BundleStatement | undefined) => (at ? { file: at.file, line: at.statement.line } : {});
	client.on('notice', ({ severity = 'NOTICE', message = '', detail, hint }: Notice) => {
		const at = current();
		const count = (counts.get(at) ?? 0) + 1;
		counts.set(at, count);
		if (count > MAX_NOTICES) return;
		tell({
			phase: 'notice',
			data: {
				severity,
				message: redactStart(message, SHOWN_CHARACTERS),
				...(detail ? { detail: redactStart(detail, SHOWN_CHARACTERS) } : {}),
				...(hint ? { hint: redactStart(hint, SHOWN_CHARACTERS) } : {}),
				...placeOf(at),
			},
		});
	});
	return (of) => {
		const more = (counts.get(of) ?? 0) - MAX_NOTICES;
		counts.delete(of);
		if (more <= 0) return;
		const message = `${countWords(more, 'more message')} of this statement not shown`;
		tell({ phase: 'notice', data: { severity: 'NOTICE', message, ...placeOf(of) } });
	};
}
