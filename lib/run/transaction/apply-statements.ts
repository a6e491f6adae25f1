import { StepFailed } from '#lib/gates/gate.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { describeSqlError } from '#lib/postgres/connection/describe-sql-error.ts';
import { sendStatement } from '#lib/postgres/connection/send-statement.ts';
import { redactStart } from '#lib/redact.ts';
import { type SqlStatement, splitStatements } from '#lib/sql/split-statements.ts';
import { inTime } from './in-time.ts';
import type { OpenTransaction } from './open-transaction.ts';
import { assertSameSession, droppedQuestion, readSessionState, type SessionState } from './session-state.ts';

const SHOWN_CHARACTERS = 2_000;
/** Of one statement: a loop can raise any number. */
const MAX_NOTICES = 100;

/** A statement of the bundle, and the file that it is in. */
export type BundleStatement = { file: string; statement: SqlStatement };
type Place = { file: string; index: number; total: number };

/** The bundle's statements, in order. */
export async function splitBundle(files: readonly { path: string; bytes: Buffer }[]): Promise<BundleStatement[]> {
	const all: BundleStatement[] = [];
	for (const { path, bytes } of files)
		for (const statement of await splitStatements(bytes.toString('utf8'))) all.push({ file: path, statement });
	return all;
}

/**
 * Sends the bundle's statements in order. While one runs, the next is on its way, so that the server waits for nobody: when one fails, the
 * transaction has failed and the server refuses what follows. The first that fails ends it, with its place and a caret.
 */
export async function applyStatements(transaction: OpenTransaction, began: SessionState): Promise<void> {
	const { client, statements, tell, signal } = transaction;
	let current: { file: string; line: number } | null = null;
	let notices = 0;
	client.on('notice', (notice) => {
		notices += 1;
		if (notices > MAX_NOTICES) return;
		tell({
			phase: 'notice',
			data: {
				severity: notice.severity ?? 'NOTICE',
				message: redactStart(notice.message ?? '', SHOWN_CHARACTERS),
				...(notice.detail ? { detail: redactStart(notice.detail, SHOWN_CHARACTERS) } : {}),
				...(notice.hint ? { hint: redactStart(notice.hint, SHOWN_CHARACTERS) } : {}),
				...(current ?? {}),
			},
		});
	});
	const tellHowManyMore = () => {
		const more = notices - MAX_NOTICES;
		notices = 0;
		if (more <= 0) return;
		const message = `${more} more messages of this statement are not kept`;
		tell({ phase: 'notice', data: { severity: 'NOTICE', message, ...(current ?? {}) } });
	};
	let next = send(client, statements[0]);
	for (const [at, { file, statement }] of statements.entries()) {
		const sent = next;
		signal.throwIfAborted();
		next = send(client, statements[at + 1]);
		current = { file, line: statement.line };
		await finish(transaction, { sent, statement, began, place: { file, index: at + 1, total: statements.length } }).finally(
			tellHowManyMore,
		);
	}
}

type Sent = { result: ReturnType<typeof sendStatement>; session: Promise<SessionState> } | null;

/** A statement, and right behind it the question whether the session is still what it was. */
function send(client: TargetClient, next: BundleStatement | undefined): Sent {
	if (!next) return null;
	const sent = { result: sendStatement(client, next.statement.sql), session: readSessionState(client) };
	// When a statement has failed, what was sent behind it fails too; its own error is the one to tell.
	sent.result.catch(() => undefined);
	sent.session.catch(() => undefined);
	return sent;
}

/** Waits for a statement that was sent and has the server to itself from now on. */
async function finish(
	transaction: OpenTransaction,
	one: { sent: Sent; statement: SqlStatement; began: SessionState; place: Place },
): Promise<void> {
	const { sent, statement, began, place } = one;
	const { file, index, total } = place;
	const { sql, line, column } = statement;
	if (!sent) throw new Error(`statement ${index} of ${total} was not sent`);
	const { tell } = transaction;
	const shown = { index, total, file, line, sql: sql.slice(0, SHOWN_CHARACTERS) };
	tell({ phase: 'statement started', data: shown });
	const startedAt = performance.now();
	try {
		const [{ rowCount }, session] = await inTime(transaction, Promise.all([sent.result, sent.session]));
		assertSameSession(began, session);
		tell({ phase: 'statement done', data: { ...shown, ms: Math.round(performance.now() - startedAt), rows: rowCount } });
	} catch (thrown) {
		const error = droppedQuestion(thrown) ?? thrown;
		if (error instanceof StepFailed)
			throw new StepFailed({ ...error.failure, file, line, column, statement: sql.slice(0, SHOWN_CHARACTERS) }, { cause: error });
		throw new StepFailed(
			{
				...describeSqlError(error, { sql, file, line, column }),
				code: 'sql_error',
				instead: 'It is rolled back: nothing was changed. Put the statement right in a new revision.',
			},
			{ cause: error },
		);
	}
}
