import { instantWords } from '#lib/domain/instant-words.ts';
import type { ProvenBackup } from '#lib/gates/backup.ts';
import { type GateContext, type Passed, StepFailed } from '#lib/gates/gate.ts';
import { closeTarget, connectTarget, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { describeSqlError } from '#lib/postgres/connection/describe-sql-error.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';
import { sendBriefly } from '#lib/postgres/connection/send-statement.ts';
import { insertMarker, writeLogToDisk } from '#lib/postgres/marker.ts';
import { readOwnWrites } from '#lib/postgres/sessions/write-counters.ts';
import { failpoint } from '#lib/run/owner/failpoint.ts';
import { updateOwnRun } from '#lib/run/owner/journal.ts';
import { keepOwnWrites } from '#lib/run/owner/keep-facts.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { tellTruth } from '#lib/run/owner/tell-truth.ts';
import { applyStatements, type BundleStatement } from './apply-statements.ts';
import { assertStillAllowed } from './assert-still-allowed.ts';
import { cancelOnAbort } from './cancel-on-abort.ts';
import { writeChangeLogRow } from './change-log-row.ts';
import { smokeTestInside, verify } from './check-inside.ts';
import { inTime } from './in-time.ts';
import { imposedLimits, readSessionState, type SessionState } from './session-state.ts';
import { settleCommit } from './settle-commit.ts';

/** COMMIT was sent, or may have been, and nobody can say yet whether it happened. */
export class CommitUnknown extends StepFailed {
	constructor(message: string) {
		super({ code: 'commit_unknown', message, instead: 'The marker is asked once more. Do not run the change by hand.' });
		this.name = 'CommitUnknown';
	}
}

/** How long COMMIT may go unanswered before the marker is asked instead. */
const COMMIT_ANSWER_MS = 30_000;

/**
 * Step 6. Everything in one transaction: marker, limits, bundle, constraints, verifications, change-log row, smoke tests, COMMIT.
 * Throws when nothing was committed. Throws CommitUnknown when neither the marker nor pg_xact_status could say.
 */
export async function applyInTransaction(
	run: OpenRun,
	context: GateContext,
	{ backup, statements }: { backup: ProvenBackup; statements: BundleStatement[] },
): Promise<Passed<null>> {
	const { target, runId } = run;
	await assertStillAllowed(run, { backup, moment: 'BEGIN' });
	const client = await connectTarget({ target, login: 'run', applicationName: `countersign run ${runId}`, pipeline: true });
	const stopHeeding = await cancelOnAbort(run, client);
	run.watch?.act();
	try {
		const { xid, began } = await begin(run, client);
		await applyStatements(run, client, { statements, began });
		await inTime(run, client, checkDeferredConstraints(client));
		await verify(run, client, context);
		await inTime(run, client, writeChangeLogRow(run, client));
		await smokeTestInside(run, client, context);
		await keepOwnWrites(run, await inTime(run, client, readOwnWrites(client)));
		await assertStillAllowed(run, { backup, moment: 'COMMIT' });
		stopHeeding();
		run.signal.throwIfAborted(); // While that was looked at: from here on it is too late.
		const { at } = await commit(run, client, xid);
		return {
			summary: `${statements.length} statements committed at ${instantWords(at)}`,
			evidence: { xid, statements: statements.length, at },
			value: null,
		};
	} finally {
		stopHeeding();
		// An open transaction ends with its connection. Nothing is decided here.
		await closeTarget(client);
	}
}

/** What the bundle deferred to COMMIT is checked before it, where it can still be said what failed. */
async function checkDeferredConstraints(client: TargetClient): Promise<void> {
	const sql = 'set constraints all immediate';
	try {
		await client.query(sql);
	} catch (error) {
		const instead =
			'It is rolled back: nothing was changed. The data that the bundle leaves breaks this constraint: put it right in a new revision.';
		throw new StepFailed({ ...describeSqlError(error, { sql }), code: 'deferred_constraint', instead }, { cause: error });
	}
}

/** BEGIN, the limits, the marker first of all, and then the role that owns the application's objects. */
async function begin(run: OpenRun, client: TargetClient): Promise<{ xid: string; began: SessionState }> {
	const { target, plan, runId, fence } = run;
	const answered = <T>(answer: Promise<T>) => inTime(run, client, answer);
	await answered(client.query('begin isolation level read committed read write'));
	for (const [name, value] of Object.entries(imposedLimits(plan.manifest))) await answered(client.query(`set local ${name} = ${value}`));
	const { xid } = await answered(insertMarker(client, { runId, digest: plan.digest, fence }));
	await updateOwnRun(run.store, run, { xid });
	await withTarget({ target, login: 'run', applicationName: `countersign log ${runId}`, signal: run.signal }, writeLogToDisk);
	failpoint('marker', 'after');
	if (target.connection.appliesAs) await answered(client.query(`set local role ${quoteIdentifier(target.connection.appliesAs)}`));
	return { xid, began: await answered(readSessionState(client)) };
}

/**
 * The page says "Unknown: checking" before COMMIT is sent, and what the marker says afterwards. What the driver saw, a command
 * tag or an error, decides nothing.
 */
async function commit(run: OpenRun, client: TargetClient, xid: string): Promise<{ at: string }> {
	await tellTruth(run, 'transaction', { kind: 'checking', since: new Date().toISOString() });
	failpoint('commit', 'before');
	const sent = await sendBriefly(client, 'commit', COMMIT_ANSWER_MS).then(
		(result) => ({ said: result.command }),
		(error: Error) => ({ said: error.message }),
	);
	failpoint('commit', 'after');
	const settled = await settleCommit(run, xid);
	if (settled.kind === 'unknown') throw new CommitUnknown(`COMMIT was answered by "${sent.said}", and ${settled.why}.`);
	if (settled.kind === 'not_applied') {
		await tellTruth(run, 'transaction', { kind: 'nothing_committed' });
		throw new StepFailed({
			code: 'commit_failed',
			message: `COMMIT did not happen (${settled.how}); the server said: ${sent.said}.`,
			instead: 'Nothing was committed. See the server’s log; a new attempt is a new run.',
		});
	}
	await tellTruth(run, 'transaction', { kind: 'committed', at: settled.at });
	return { at: settled.at };
}
