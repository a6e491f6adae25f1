import { allOrFirstError } from '#lib/all-or-first-error.ts';
import type { ProvenBackup } from '#lib/gates/backup.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import { reportedMaintenance } from '#lib/gates/maintenance-mode-on.ts';
import { checkWindow, type WindowLeft } from '#lib/gates/window.ts';
import { readClock } from '#lib/postgres/connection/clock.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { LostOwnership } from '#lib/run/owner/journal.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { assertRunLockHeld } from '#lib/run/owner/run-lock.ts';
import { needsOf } from '#lib/run/owner/window-needs.ts';
import { assertSameServer } from './server-of-run.ts';

/**
 * Right before BEGIN and right before COMMIT: the run is ours, not aborted, has the lock, the window is open, it is the server of the
 * claim, and the application is in maintenance mode; at BEGIN also: the backup is fresh.
 */
export async function assertStillAllowed(run: OpenRun, at: { backup: ProvenBackup; moment: 'BEGIN' | 'COMMIT' }): Promise<WindowLeft> {
	run.signal.throwIfAborted();
	await run.journal.flush();
	const [, , { value: window }] = await allOrFirstError([
		assertOwned(run),
		assertRunLockHeld(run),
		checkWindow(run, needsOf(run, at.moment === 'BEGIN' ? 'transaction' : 'COMMIT')),
		assertSameServer(run, at.moment),
		assertMaintenanceMode(run, at.moment),
	]);
	if (at.moment === 'COMMIT') return window;
	await assertFresh(run, at.backup);
	return window;
}

/** Checked again and shown on the page: somebody may have turned it off since. */
async function assertMaintenanceMode({ target, journal }: OpenRun, moment: 'BEGIN' | 'COMMIT'): Promise<void> {
	await reportedMaintenance(target, moment, (event) => journal.tell('transaction', event));
}

async function assertOwned({ store, runId, fence }: OpenRun): Promise<void> {
	const owned = await store.run.count({ where: { id: runId, fence, status: 'running' } });
	if (owned !== 1) throw new LostOwnership(runId);
}

/** Hard stop: the backup was completed at most 15 minutes ago, by the target's own clock. */
async function assertFresh({ target, runId, signal }: OpenRun, backup: ProvenBackup): Promise<void> {
	const now = await withTarget({ target, login: 'backup', applicationName: `countersign clock ${runId}`, signal }, readClock);
	const ageMs = now.getTime() - Date.parse(backup.completedAt);
	if (ageMs <= target.backup.freshness) return;
	throw new StepFailed({
		code: 'backup_too_old',
		message: `The backup is ${Math.round(ageMs / 1000)} s old at BEGIN (limit: ${target.backup.freshness / 1000} s).`,
		instead: 'Nothing was changed. Execute again: a new run takes a new backup.',
	});
}
