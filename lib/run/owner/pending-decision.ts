import { NOTHING_LEFT_TO_DO, type RunStatus } from '#lib/domain/run.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import { consoleAddress } from '#lib/env.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import { log } from '#lib/log.ts';
import { answerWithin, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { SQLSTATE, sqlstateOf } from '#lib/postgres/connection/sqlstates.ts';
import {
	canTellPending,
	deletePending,
	insertPending,
	type PendingDecision,
	readPending,
	removePendingSql,
} from '#lib/postgres/pending.ts';
import type { OpenRun } from './open-run.ts';
import { anotherRun } from './run-lock.ts';
import { failureOf, recordStep } from './step.ts';

/**
 * At the claim, under the target's lock: no other run has committed here and waits for its end, whichever console it is of. What a run of
 * this console has left, though it is over, is removed.
 */
export async function heedPending(run: OpenRun): Promise<void> {
	await withTarget(placeOf(run, run.signal), async (client) => {
		if (!(await canTellPending(client))) throw notEnrolled(run);
		const pending = await readPending(client);
		if (!pending) return;
		await assertOver(run, pending);
		await deletePending(client, pending.runId);
		await recordStep(run, 'run.leftover_removed', { pending: pending.runId });
	});
}

/** In the change's own transaction: that it is pending is there exactly when the change is. Throws when another run's decision is. */
export async function tellPending(run: OpenRun, client: TargetClient): Promise<void> {
	const { runId, plan, operator } = run;
	try {
		await insertPending(client, { runId, console: consoleAddress(), change: plan.change, operator });
	} catch (error) {
		if (sqlstateOf(error) === SQLSTATE.lockNotAvailable) throw anotherRun(run, error);
		if (sqlstateOf(error) !== SQLSTATE.uniqueViolation) throw error;
		// This transaction has failed and can ask nothing any more.
		const pending = await withTarget(placeOf(run, run.signal), readPending);
		throw pending ? await refusalOf(run, pending) : anotherRun(run, error);
	}
}

/** The run is over. A target that does not answer keeps the row: this console removes it later, and others are told whom to ask. */
export async function endPending(run: OpenRun): Promise<void> {
	try {
		await withTarget(placeOf(run, answerWithin()), (client) => deletePending(client, run.runId));
	} catch (error) {
		log.warn({ runId: run.runId, error }, 'the target still says that a decision is pending');
		const message = `${run.target.name} still says that this run is pending: ${failureOf(error).message} It is said no more when a worker starts, or when this console executes there next; until then other consoles are refused.`;
		run.journal.tell('record', { phase: 'notice', data: { severity: 'WARNING', message } });
	}
}

function placeOf({ target, runId }: OpenRun, signal: AbortSignal) {
	return { target, login: 'run', applicationName: `countersign pending ${runId}`, signal } as const;
}

async function assertOver(run: OpenRun, pending: PendingDecision): Promise<void> {
	const status = await statusHere(run, pending);
	if (status === null || !NOTHING_LEFT_TO_DO.includes(status)) throw await refusalOf(run, pending);
}

/** How the run stands that is pending; null when it is not of this console. */
async function statusHere({ store }: OpenRun, { runId }: PendingDecision): Promise<RunStatus | null> {
	const known = await store.run.findUnique({ where: { id: runId }, select: { status: true } });
	return (known?.status as RunStatus | undefined) ?? null;
}

async function refusalOf(run: OpenRun, pending: PendingDecision): Promise<StepFailed> {
	const status = await statusHere(run, pending);
	if (status !== null && status !== 'unknown') return anotherRun(run);
	const { runId, change, operator, console, at } = pending;
	const { name, connection } = run.target;
	const whose = status === null ? `of the console ${console}` : 'of this console, which ended unknown';
	return new StepFailed({
		code: 'decision_pending',
		message: `${change} has committed on ${name} and is not settled: run ${runId} ${whose}, executed by ${operator}, pending since ${instantWords(at)}. A restore of it would wipe what this change does.`,
		instead: `Nothing was changed. Have that run decided in its own console first, then execute again. Only when it is settled and nothing will be restored, and its console cannot say so itself, a DBA says so in the database ${connection.database}: ${removePendingSql(runId)}`,
	});
}

function notEnrolled({ target }: OpenRun): StepFailed {
	return new StepFailed({
		code: 'not_enrolled',
		message: `${target.name} is not enrolled, or an earlier version has enrolled it: the run login cannot use countersign.pending, where a run says that its decision is pending.`,
		instead:
			'Nothing was changed. Run npm run enroll for this target; it adds what is missing. That changes the catalog: file a new revision afterwards and have it signed.',
	});
}
