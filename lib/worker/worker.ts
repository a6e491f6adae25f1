import { setTimeout as wait } from 'node:timers/promises';
import type { PgBoss } from 'pg-boss';
import { log } from '#lib/log.ts';
import { removeOrphans } from '#lib/run/leftovers/remove-orphans.ts';
import { makeRunsInHand } from '#lib/run/worker/runs-in-hand.ts';
import { takeOverOrphans } from '#lib/run/worker/take-over-orphans.ts';
import { tellStalled } from '#lib/run/worker/tell-stalled.ts';
import { workOnRun } from '#lib/run/worker/work-on-run.ts';
import { expireChanges } from '#lib/signatures/expire-changes.ts';
import type { Store } from '#lib/store/client.ts';
import { MINUTE_QUEUE, RUN_QUEUE } from '#lib/store/queue.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { recordTargets } from '#lib/targets/record-targets.ts';

/** How often the worker asks the queue, in seconds, besides being told. */
const POLL_SECONDS = 2;
/** How long runs may take to be let go of, or to be rolled back before COMMIT, when the worker is told to stop. */
const STOP_MS = 60_000;
const QUEUE_STOP_MS = 5_000;

export type Worker = {
	/** Lets go of every run, which takes seconds, and stops the queue. Whoever works next goes on with what is committed. */
	stop: () => Promise<void>;
};

/** Works through the queue in this process until it is stopped. */
export async function startWorker({ boss, store, targets }: { boss: PgBoss; store: Store; targets: Targets }): Promise<Worker> {
	await recordTargets({ store, targets });
	const stopping = new AbortController();
	const { signal } = stopping;
	const hands = makeRunsInHand({
		work: (runId, lastError) => workOnRun({ store, targets, runId, signal, lastError }),
		tell: (runId, error) => tellStalled({ store, targets, runId, error }),
	});
	// A job only says where to look. When there is no hand free, the run waits for nobody's owner like any other.
	await boss.work<{ runId: string }>(RUN_QUEUE, { pollingIntervalSeconds: POLL_SECONDS, batchSize: 1 }, async ([job]) => {
		if (job && !signal.aborted) hands.take(job.data.runId);
	});
	takeOverOrphans({ store, take: hands.take, signal });
	// Beside the rest: a target that does not answer keeps nobody waiting.
	void removeOrphans({ store, targets, signal });
	await boss.work(MINUTE_QUEUE, { pollingIntervalSeconds: 10 }, () => expireChanges(store));
	await boss.schedule(MINUTE_QUEUE, '* * * * *');
	const stop = async () => {
		log.info('the worker was told to stop: it lets go of its runs');
		stopping.abort();
		const late = new AbortController();
		await Promise.race([hands.settled(), wait(STOP_MS, undefined, { signal: late.signal }).catch(() => undefined)]);
		late.abort();
		await boss.stop({ graceful: true, timeout: QUEUE_STOP_MS });
	};
	boss.once('stopped', () => stopping.abort());
	return { stop };
}
