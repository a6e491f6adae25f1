import { closeTarget } from '#lib/postgres/connection/connect.ts';
import type { Counters } from '#lib/postgres/watching/sample-counters.ts';
import { heedAborts } from '#lib/run/owner/heed-aborts.ts';
import { LostOwnership } from '#lib/run/owner/journal.ts';
import { type OpenRun, openRun } from '#lib/run/owner/open-run.ts';
import { keepOwnership, type Owned, releaseOwnership, takeOwnership } from '#lib/run/owner/own-run.ts';
import { reconcileRun } from '#lib/run/reconcile-run.ts';
import { resumeRestore } from '#lib/run/restore/resume-restore.ts';
import { runChange } from '#lib/run/run-change.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

export type LookInput = { store: Store; targets: Targets; runId: string; signal: AbortSignal };

/** What this process has of a run that it had: what its watching counted with, if it was watched. */
export type Looked = { counters: Counters | null };

/**
 * What a job asks a worker to do: look at a run and, when nobody owns it, own it and go on with it as its own rows say.
 * Returns when the run is over, waits for people, or is somebody else's: then null. `signal` asks the worker to stop.
 */
export async function lookAtRun({ store, targets, runId, signal }: LookInput): Promise<Looked | null> {
	const owned = await takeOwnership(store, runId);
	if (!owned) return null;
	const run = await openRun({ store, targets, runId });
	const stopWorker = () => run.aborts.abort(new Error('the worker was told to stop'));
	const heartbeat = keepOwnership({ store, runId, fence: owned.fence, onLost: run.aborts.abort });
	const presses = heedAborts({ store, runId, onAbort: run.aborts.abort });
	signal.addEventListener('abort', stopWorker, { once: true });
	try {
		await goOn(run, owned);
		await run.watch?.stop();
		await run.journal.flush();
		return { counters: run.watch?.counters ?? null };
	} catch (error) {
		// Somebody else goes on with it, and has said so in the record.
		if (!(error instanceof LostOwnership)) throw error;
		return null;
	} finally {
		signal.removeEventListener('abort', stopWorker);
		presses.stop();
		await heartbeat.stop();
		await run.watch?.stop();
		if (run.lock) await closeTarget(run.lock);
		await releaseOwnership(store, { runId, fence: owned.fence });
	}
}

/** A run that nobody has begun begins. All others are reconciled first: whoever had them may have died anywhere. */
async function goOn(run: OpenRun, owned: Owned): Promise<void> {
	if (owned.status === 'queued') {
		await run.store.run.updateMany({ where: { id: run.runId, fence: run.fence }, data: { status: 'running' } });
		return runChange(run);
	}
	if (owned.status === 'restoring') return resumeRestore(run, owned);
	return reconcileRun(run, owned);
}
