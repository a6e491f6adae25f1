import { StepFailed } from '#lib/gates/gate.ts';
import { cancelBackend } from '#lib/postgres/activity.ts';
import { type TargetClient, withTarget } from '#lib/postgres/connect.ts';
import { describeSqlError } from '#lib/postgres/describe-sql-error.ts';
import { sendStatement } from '#lib/postgres/send-statement.ts';
import { type SqlStatement, splitStatements } from '#lib/postgres/split-statements.ts';
import type { OpenRun } from './open-run.ts';
import { assertSameSession, imposedLimits, readSessionState, type SessionState } from './session-state.ts';

/** How much longer than statement_timeout a statement may take before it is cancelled from outside. */
const WATCHDOG_GRACE_MS = 2_000;
const SHOWN_CHARACTERS = 2_000;

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

/** Sends the bundle's statements one at a time, in order. The first that fails ends it, with its place and a caret. */
export async function applyStatements(
	run: OpenRun,
	client: TargetClient,
	{ statements, began }: { statements: BundleStatement[]; began: SessionState },
): Promise<void> {
	let current: { file: string; line: number } | null = null;
	client.on('notice', (notice) => {
		run.journal.tell('transaction', {
			phase: 'notice',
			data: {
				severity: notice.severity ?? 'NOTICE',
				message: notice.message ?? '',
				...(notice.detail ? { detail: notice.detail } : {}),
				...(notice.hint ? { hint: notice.hint } : {}),
				...(current ?? {}),
			},
		});
	});
	for (const [at, { file, statement }] of statements.entries()) {
		current = { file, line: statement.line };
		run.signal.throwIfAborted();
		await applyOne(run, client, { statement, began, place: { file, index: at + 1, total: statements.length } });
	}
}

async function applyOne(
	run: OpenRun,
	client: TargetClient,
	one: { statement: SqlStatement; began: SessionState; place: Place },
): Promise<void> {
	const { statement, began, place } = one;
	const { file, index, total } = place;
	const { sql, line, column } = statement;
	const tell = (event: Parameters<OpenRun['journal']['tell']>[1]) => run.journal.tell('transaction', event);
	const shown = { index, total, file, line, sql: sql.slice(0, SHOWN_CHARACTERS) };
	tell({ phase: 'statement started', data: shown });
	const startedAt = performance.now();
	const watchdog = cancelWhenOverdue(run, client);
	try {
		// The question goes out right behind the statement: one journey to the server, not two.
		const result = sendStatement(client, sql);
		const session = readSessionState(client);
		session.catch(() => undefined); // It fails too when the statement has failed, whose error is the one to tell.
		const { rowCount } = await result;
		assertSameSession(began, await session);
		tell({ phase: 'statement done', data: { ...shown, ms: Math.round(performance.now() - startedAt), rows: rowCount } });
	} catch (error) {
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
	} finally {
		clearTimeout(watchdog);
	}
}

/** A statement can undo its own timeout; it cannot undo this one, which cancels it from another connection. */
function cancelWhenOverdue(run: OpenRun, client: TargetClient): NodeJS.Timeout {
	const { target, runId } = run;
	const overdueMs = imposedLimits(run.plan.manifest).statement_timeout + WATCHDOG_GRACE_MS;
	return setTimeout(() => {
		const pid = (client as unknown as { processID: number }).processID;
		withTarget({ target, login: 'run', applicationName: `countersign watchdog ${runId}` }, (other) => cancelBackend(other, pid)).catch(
			(error: Error) => {
				run.journal.tell('transaction', {
					phase: 'notice',
					data: { severity: 'WARNING', message: `the watchdog could not cancel the statement: ${error.message}` },
				});
			},
		);
	}, overdueMs);
}
