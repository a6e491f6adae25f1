import { StepFailed } from '#lib/gates/gate.ts';
import { setConnectionsAllowed } from '#lib/postgres/sessions/database-sessions.ts';
import { endUnknown } from './ending/end-unknown.ts';
import { goOnFromMarker } from './go-on-from-marker.ts';
import { endLeftSessions } from './leftovers/end-left-sessions.ts';
import { removeLeftovers } from './leftovers/remove-leftovers.ts';
import type { OpenRun } from './owner/open-run.ts';
import type { Owned } from './owner/own-run.ts';
import { holdRunLock } from './owner/run-lock.ts';
import { failureOf, recordStep } from './owner/step.ts';

/**
 * Takes over a run that its owner left, by the reconciler's rules: the fence has gone up, every session that the old owner left in the
 * target is ended, and then the marker says where the run goes on. Also how a committed run goes on when its smoke tests are asked again.
 */
export async function reconcileRun(run: OpenRun, { takenOver }: Owned): Promise<void> {
	if (takenOver) await recordStep(run, 'run.taken_over', { fence: run.fence, truth: run.truth });
	try {
		await endLeftSessions(run);
		// A copy or a swap that was cut short may have left it closed.
		await setConnectionsAllowed({ target: run.target, database: run.target.connection.database, allowed: true });
		await holdRunLock(run);
		await removeLeftovers(run);
	} catch (error) {
		return endUnreachable(run, error);
	}
	const died = new StepFailed({
		code: 'worker_died',
		message: 'The worker that ran this died, and another has taken over.',
		instead: 'A new attempt is a new run: fresh backup, open window, unexpired signatures.',
	});
	return goOnFromMarker(run, { error: died, takenOver });
}

/** The target cannot be asked. A run that had not begun its transaction has changed nothing; of any other, nobody knows. */
async function endUnreachable(run: OpenRun, error: unknown): Promise<void> {
	const { xid } = await run.store.run.findUniqueOrThrow({ where: { id: run.runId }, select: { xid: true } });
	if (xid === null) return goOnFromMarker(run, { error, takenOver: false });
	return endUnknown(run, new Error(`The worker died, and its successor could not ask the target: ${failureOf(error).message}`));
}
