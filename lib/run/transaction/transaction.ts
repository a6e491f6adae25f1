import type { BundleStatement } from '#lib/bundle/split-bundle.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import type { SeenBackup } from '#lib/gates/backup.ts';
import { type GateContext, type Passed, StepFailed } from '#lib/gates/gate.ts';
import { checkQuiescence } from '#lib/gates/quiescence.ts';
import { closeTarget, connectTarget, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { sendBriefly } from '#lib/postgres/connection/send-statement.ts';
import { makeCommitDurable } from '#lib/postgres/connection/session-settings.ts';
import { insertMarker, writeLogToDisk } from '#lib/postgres/marker.ts';
import { failpoint } from '#lib/run/owner/failpoint.ts';
import { lockAgainstAborts } from '#lib/run/owner/heed-aborts.ts';
import { updateOwnRun } from '#lib/run/owner/journal.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { tellPending } from '#lib/run/owner/pending-decision.ts';
import { tellTruth } from '#lib/run/owner/tell-truth.ts';
import { keepSequencesLeft } from '#lib/run/restore/look-after-commit.ts';
import { applyAndCheck, asItsLogin, beginUnderLimits } from './apply-and-check.ts';
import { assertStillAllowed } from './assert-still-allowed.ts';
import { assertAsRehearsed } from './before-commit/as-rehearsed.ts';
import { assertNobodyElseChanged } from './before-commit/assert-nobody-else-changed.ts';
import { assertConsoleStays, readNeeds } from './before-commit/console-stays.ts';
import { assertMarkerStays } from './before-commit/marker-stays.ts';
import { assertWayBackStays } from './before-commit/way-back-stays.ts';
import { cancelOnAbort } from './cancel-on-abort.ts';
import { changeLogRowOf } from './change-log-row.ts';
import { endWithMaintenanceMode } from './end-with-maintenance-mode.ts';
import { endWithWindow } from './end-with-window.ts';
import { inTime } from './in-time.ts';
import { keepLeft } from './keep-left.ts';
import type { OpenTransaction } from './open-transaction.ts';
import { settleCommit } from './settle-commit.ts';

/** COMMIT was sent, or may have been sent, and it is not known yet whether it happened. */
export class CommitUnknown extends StepFailed {
	constructor(message: string) {
		super({ code: 'commit_unknown', message, instead: 'The marker is read once more. Do not run the change by hand.' });
		this.name = 'CommitUnknown';
	}
}

/** Well below the idle-in-transaction timeout of the session. */
const AWAKE_EVERY_MS = 15_000;
/** How long to wait for the answer to COMMIT before the marker is read instead. */
const COMMIT_ANSWER_MS = 30_000;

/**
 * Step 6. Everything in one transaction: marker, limits, bundle, constraints, verifications, change-log row, smoke tests, COMMIT.
 * Throws when nothing was committed. Throws CommitUnknown when neither the marker nor pg_xact_status could say.
 */
export async function applyInTransaction(
	run: OpenRun,
	context: GateContext,
	{ backup, quietAt, statements }: { backup: SeenBackup; quietAt: string; statements: BundleStatement[] },
): Promise<Passed<null>> {
	const window = await assertStillAllowed(run, { backup, moment: 'BEGIN' });
	const transaction = await connect(run, context, statements);
	const { client } = transaction;
	const stopHeeding = await cancelOnAbort(transaction);
	const stopClock = endWithWindow(run, window);
	const stopAsking = endWithMaintenanceMode(run, context.tell);
	run.watch?.act();
	try {
		const { xid, ...quiet } = await begin(run, transaction, { backup, quietAt });
		const needs = await readNeeds(transaction, run.target);
		await applyAndCheck(transaction);
		await inTime(transaction, assertWayBackStays(client, backup, run.target.connection.logins.restore.user));
		await assertConsoleStays(transaction, run.target, needs);
		await asItsLogin(transaction, () => assertMarkerStays(client, { runId: run.runId, xid }));
		const left = await keepLeft(run, transaction, backup.catalog);
		const sequences = await awake(client, assertNobodyElseChanged(run, transaction, { ...quiet, xid, backup, left }));
		await keepSequencesLeft(run, sequences);
		await awake(client, assertAsRehearsed(run, transaction, { before: backup.catalog, left }));
		await assertStillAllowed(run, { backup, moment: 'COMMIT' });
		await inTime(transaction, makeCommitDurable(client));
		stopClock();
		stopAsking();
		stopHeeding();
		run.signal.throwIfAborted(); // It may have been aborted during these checks; from here on it is too late.
		const { at } = await commit(run, client, xid);
		return {
			summary: `${countWords(statements.length, 'statement')} committed at ${instantWords(at)}`,
			evidence: { xid, statements: statements.length, at },
			value: null,
		};
	} finally {
		stopClock();
		stopAsking();
		stopHeeding();
		// An open transaction ends with its connection. This decides nothing.
		await closeTarget(client);
	}
}

async function connect(run: OpenRun, { tell }: GateContext, statements: BundleStatement[]): Promise<OpenTransaction> {
	const { target, runId, plan, signal } = run;
	const place = { target, login: 'run' } as const;
	return {
		client: await connectTarget({ ...place, applicationName: `countersign run ${runId}`, pipeline: true, cutsLong: true }),
		place,
		runId,
		statements,
		manifest: plan.manifest,
		appliesAs: target.connection.appliesAs,
		changeLogRow: changeLogRowOf(run),
		afterEach: null,
		tell,
		signal,
		abort: (why) => run.aborts.abort(why),
	};
}

/** The transaction, the one beside it that wrote the log to disk, and the snapshot inside that equals the backup. */
type Quiet = { xid: string; logged: string; quietAt: string };

/**
 * BEGIN, and the marker first of all, with the word that a decision is pending: kept with the run and on the server's disk before the
 * bundle begins. Then it is asked inside
 * whether all is still as in the backup: the trial took its time.
 */
async function begin(run: OpenRun, transaction: OpenTransaction, seen: { backup: SeenBackup; quietAt: string }): Promise<Quiet> {
	const { target, plan, runId, fence } = run;
	await beginUnderLimits(transaction);
	const { xid } = await inTime(transaction, insertMarker(transaction.client, { runId, digest: plan.digest, fence }));
	await updateOwnRun(run.store, run, { xid });
	await inTime(transaction, tellPending(run, transaction.client));
	const log = { target, login: 'run', applicationName: `countersign log ${runId}`, signal: run.signal } as const;
	const logged = await withTarget(log, writeLogToDisk);
	failpoint('marker', 'after');
	const { tell, signal } = transaction;
	const { value } = await awake(transaction.client, checkQuiescence({ target, runId, signal, tell }, { ...seen, ours: [xid, logged] }));
	return { xid, logged, quietAt: value };
}

/** Sends a query now and then: the server ends a transaction that is idle for too long, and reading the rows may take long. */
async function awake<T>(client: TargetClient, work: Promise<T>): Promise<T> {
	const timer = setInterval(() => void client.query('select 1').catch(() => undefined), AWAKE_EVERY_MS); // The next statement reports the error.
	try {
		return await work;
	} finally {
		clearInterval(timer);
	}
}

/**
 * The page says "Unknown: checking" before COMMIT is sent, and afterwards what the marker says. What the driver saw, a command
 * tag or an error, decides nothing.
 */
async function commit(run: OpenRun, client: TargetClient, xid: string): Promise<{ at: string }> {
	await tellTruth(run, 'transaction', { kind: 'checking', since: new Date().toISOString() }, async (tx) => {
		const pressed = await lockAgainstAborts(tx, run.runId);
		if (pressed) throw pressed;
	});
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
