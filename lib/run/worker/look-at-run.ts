import { log } from '#lib/log.ts';
import { closeTarget } from '#lib/postgres/connection/connect.ts';
import type { Counters } from '#lib/postgres/watching/sample-counters.ts';
import { heedAborts } from '#lib/run/owner/heed-aborts.ts';
import { LostOwnership, updateOwnRun } from '#lib/run/owner/journal.ts';
import { mustLetGo, WorkerStopping } from '#lib/run/owner/let-go.ts';
import { type OpenRun, openRun } from '#lib/run/owner/open-run.ts';
import { keepOwnership, type Owned, releaseOwnership, takeOwnership } from '#lib/run/owner/own-run.ts';
import { recordStep } from '#lib/run/owner/step.ts';
import { reconcileRun } from '#lib/run/reconcile-run.ts';
import { resumeRestore } from '#lib/run/restore/resume-restore.ts';
import { runChange } from '#lib/run/run-change.ts';
import type { Store } from '#lib/store/client.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

export type LookInput = {
	store: Store;
	targets: Targets;
	runId: string;
	signal: AbortSignal;
	/** What ended this worker's last try at the run, if it had one: the next says so. */
	lastError?: Error | undefined;
};

/** What this process has of a run that it had: its fence, and what its watching counted with, if it was watched. */
export type Looked = { fence: number; counters: Counters | null };

/**
 * What a job asks a worker to do: look at a run and, when nobody owns it, own it and go on with it as its own rows say. Returns when the
 * run is over, waits for people, is somebody else's or was let go of: then null. `signal` asks the worker to stop. Throws, without
 * owning the run, when its target is not in the targets file.
 */
export async function lookAtRun({ store, targets, runId, signal, lastError }: LookInput): Promise<Looked | null> {
	if (signal.aborted) return null;
	const { target } = await store.run.findUniqueOrThrow({ where: { id: runId }, select: { target: true } });
	findTarget(targets, target);
	const owned = await takeOwnership(store, runId);
	if (!owned) return null;
	const { fence } = owned;
	const lost = new AbortController();
	const heartbeat = keepOwnership({ store, runId, fence, onLost: (why) => lost.abort(why) });
	try {
		const run = await openRun({ store, targets, runId, fence });
		return await whileHeeding(run, { signal, lost: lost.signal, heardTo: owned.abortsHeardTo }, () => goOn(run, owned, lastError));
	} catch (error) {
		// Somebody else goes on with it, and has said so in the record; or will.
		if (!mustLetGo(error)) throw error;
		return null;
	} finally {
		await heartbeat.stop();
		await releaseOwnership(store, { runId, fence });
	}
}

type Heeded = { signal: AbortSignal; lost: AbortSignal; heardTo: bigint | null };

/** Goes on with a run while it can be aborted, lost to another owner, and let go of. */
async function whileHeeding(run: OpenRun, { signal, lost, heardTo }: Heeded, work: () => Promise<void>): Promise<Looked> {
	const stopWorker = () => run.aborts.abort(new WorkerStopping());
	const lose = () => run.aborts.abort(lost.reason);
	signal.addEventListener('abort', stopWorker, { once: true });
	lost.addEventListener('abort', lose, { once: true });
	if (signal.aborted) stopWorker();
	if (lost.aborted) lose();
	const presses = heedAborts({ store: run.store, runId: run.runId, heardTo, onAbort: run.aborts.abort });
	try {
		await work();
		await run.watch?.stop();
		await run.journal.flush();
		return { fence: run.fence, counters: run.watch?.counters ?? null };
	} catch (error) {
		if (error instanceof WorkerStopping) await tellLetGo(run);
		throw error;
	} finally {
		signal.removeEventListener('abort', stopWorker);
		lost.removeEventListener('abort', lose);
		presses.stop();
		await run.watch?.stop();
		if (run.lock) await closeTarget(run.lock);
	}
}

/** A run that nobody has begun begins. All others are reconciled first: whoever had them may have died anywhere. */
async function goOn(run: OpenRun, owned: Owned, lastError: Error | undefined): Promise<void> {
	if (owned.status === 'queued') {
		await updateOwnRun(run.store, run, { status: 'running' });
		return runChange(run);
	}
	if (owned.status === 'restoring') return resumeRestore(run, owned);
	return reconcileRun(run, { ...owned, lastError });
}

async function tellLetGo(run: OpenRun): Promise<void> {
	const step = run.truth.kind === 'committed' ? 'smoke tests' : 'transaction';
	const message = 'This worker was told to stop and has let go of the run; the next worker goes on with it.';
	run.journal.tell(step, { phase: 'notice', data: { severity: 'NOTICE', message } });
	await recordStep(run, 'run.let_go', { fence: run.fence, truth: run.truth }).catch((error: Error) => {
		// It is let go of all the same; another owner may have it already.
		if (!(error instanceof LostOwnership)) log.error({ runId: run.runId, error }, 'letting go could not be recorded');
	});
}
