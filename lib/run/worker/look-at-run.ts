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
	/** The error that ended this worker's last attempt, if any: the next attempt reports it. */
	lastError?: Error | undefined;
};

/** What this process knows of a run that it owned: its fence, and the counters of its watching, if it was watched. */
export type Looked = { fence: number; counters: Counters | null };

/**
 * The work of a job: look at a run and, if nobody owns it, take it and continue it as its rows say. Returns when the
 * run is over or waits for people; null when it belongs to another owner or was released. `signal` asks the worker to stop. Throws, without
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
		// Another owner continues it, and records that.
		if (!mustLetGo(error)) throw error;
		return null;
	} finally {
		await heartbeat.stop();
		await releaseOwnership(store, { runId, fence });
	}
}

type Heeded = { signal: AbortSignal; lost: AbortSignal; heardTo: bigint | null };

/** Continues a run while it can be aborted, lost to another owner, or released. */
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

/** A run that has not started starts. All others are reconciled first: their owner may have died anywhere. */
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
	const message = 'This worker is stopping and has released the run. The next worker continues it.';
	run.journal.tell(step, { phase: 'notice', data: { severity: 'NOTICE', message } });
	await recordStep(run, 'run.let_go', { fence: run.fence, truth: run.truth }).catch((error: Error) => {
		// It is released anyway; another owner may already have it.
		if (!(error instanceof LostOwnership)) log.error({ runId: run.runId, error }, 'the release of the run could not be recorded');
	});
}
