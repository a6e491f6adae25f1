import { setTimeout as wait } from 'node:timers/promises';
import { StepFailed } from '#lib/gates/gate.ts';
import { setConnectionsAllowed } from '#lib/postgres/sessions/database-sessions.ts';
import { endUnknown } from './ending/end-unknown.ts';
import { goOnFromMarker } from './go-on-from-marker.ts';
import { endLeftSessions } from './leftovers/end-left-sessions.ts';
import { removeLeftovers } from './leftovers/remove-leftovers.ts';
import { letGoOn } from './owner/let-go.ts';
import type { OpenRun } from './owner/open-run.ts';
import type { Owned } from './owner/own-run.ts';
import { holdRunLock } from './owner/run-lock.ts';
import { failureOf, recordStep } from './owner/step.ts';
import { offerRestore } from './restore/offer-restore.ts';
import { finishIfSwapped } from './restore/resume-restore.ts';

/** How long to wait for the target before a run ends without its answer: it may be restarting. */
const GIVE_UP_AFTER_MS = 30_000;
const PAUSE_MS = 500;

type Taken = Owned & { lastError: Error | undefined };

/**
 * Takes over a run that its owner left: the fence has gone up, every session that the old owner left in the
 * target is ended, and then the marker says where the run continues. A committed run whose smoke tests run again takes the same way.
 */
export async function reconcileRun(run: OpenRun, { takenOver, lastError }: Taken): Promise<void> {
	if (takenOver) await recordStep(run, 'run.taken_over', { fence: run.fence, truth: run.truth });
	try {
		await inPatience(run, () => takeTarget(run));
	} catch (error) {
		letGoOn(error);
		return goOnWithoutTarget(run, error);
	}
	if (run.truth.kind === 'committed' && (await finishIfSwapped(run))) return;
	await removeLeftovers(run);
	return goOnFromMarker(run, { error: interrupted({ takenOver, lastError }), takenOver: true });
}

/** No other session is left in it, and it is ours. */
async function takeTarget(run: OpenRun): Promise<void> {
	const { target } = run;
	await endLeftSessions(run);
	// A copy or a swap that was cut short may have left it closed. Where it was set aside there is none of that name: a restore heals that.
	if (run.truth.kind !== 'committed') await setConnectionsAllowed({ target, database: target.connection.database, allowed: true });
	await holdRunLock(run);
}

async function inPatience(run: OpenRun, work: () => Promise<void>): Promise<void> {
	const deadline = performance.now() + GIVE_UP_AFTER_MS;
	for (;;) {
		try {
			return await work();
		} catch (error) {
			letGoOn(error);
			letGoOn(run.signal.reason);
			if (performance.now() >= deadline) throw error;
		}
		await wait(PAUSE_MS);
	}
}

/**
 * The target does not answer. A run that had not begun its transaction has changed nothing; one that is known to be committed stays committed,
 * and people decide; any other run is unknown.
 */
async function goOnWithoutTarget(run: OpenRun, error: unknown): Promise<void> {
	const { xid } = await run.store.run.findUniqueOrThrow({ where: { id: run.runId }, select: { xid: true } });
	if (xid === null) return goOnFromMarker(run, { error, takenOver: false });
	const message = `The run was taken over, but its target could not be reached: ${failureOf(error).message}`;
	if (run.truth.kind !== 'committed') return endUnknown(run, new Error(message));
	const instead =
		'The change is committed and maintenance mode stays on. When the target is back, run the smoke tests again, or restore the backup.';
	return offerRestore(run, new StepFailed({ code: 'target_unreachable', message, instead }, { cause: error }));
}

/** What interrupted the run, as far as this worker knows. */
function interrupted({ takenOver, lastError }: Omit<Taken, keyof Owned> & Pick<Owned, 'takenOver'>): StepFailed {
	const why = lastError
		? `an error stopped it: ${failureOf(lastError).message}`
		: takenOver
			? 'its worker stopped responding'
			: 'its worker released it';
	return new StepFailed({
		code: 'interrupted',
		message: `The run was interrupted: ${why}. Another worker took it over.`,
		instead: 'A new attempt is a new run: fresh backup, open window, unexpired signatures.',
	});
}
