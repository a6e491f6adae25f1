import { setTimeout as wait } from 'node:timers/promises';
import type { PgBoss } from 'pg-boss';
import { log } from '#lib/log.ts';
import { keepDelivering } from '#lib/notify/keep-delivering.ts';
import type { Roads } from '#lib/notify/roads.ts';
import { keepRehearsing } from '#lib/rehearsal/keep-rehearsing.ts';
import { removeOrphans } from '#lib/run/leftovers/remove-orphans.ts';
import { makeRunsInHand } from '#lib/run/worker/runs-in-hand.ts';
import { takeOverOrphans } from '#lib/run/worker/take-over-orphans.ts';
import { tellStalled } from '#lib/run/worker/tell-stalled.ts';
import { workOnRun } from '#lib/run/worker/work-on-run.ts';
import type { Store } from '#lib/store/client.ts';
import { enqueueWith, MINUTE_QUEUE, RUN_QUEUE } from '#lib/store/queue.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { recordTargets } from '#lib/targets/record-targets.ts';
import { lookEveryMinute } from './every-minute.ts';

/** How often the worker polls the queue, in seconds, besides being notified. */
const POLL_SECONDS = 2;
/** How long it may take to release runs, or to roll them back before COMMIT, when the worker must stop. */
const STOP_MS = 60_000;
const QUEUE_STOP_MS = 5_000;

type WorkerInput = { boss: PgBoss; store: Store; targets: Targets; roads: Roads };

export type Worker = {
	/** Releases every run, which takes seconds, and stops the queue. Another worker continues committed runs. */
	stop: () => Promise<void>;
};

/** Processes the queue in this process until it is stopped. */
export async function startWorker({ boss, store, targets, roads }: WorkerInput): Promise<Worker> {
	await recordTargets({ store, targets });
	const stopping = new AbortController();
	const { signal } = stopping;
	const hands = makeRunsInHand({
		work: (runId, lastError) => workOnRun({ store, targets, runId, signal, lastError }),
		tell: (runId, error) => tellStalled({ store, runId, error }),
	});
	// A job only says where to look. If this worker is busy, any free worker can take the run.
	await boss.work<{ runId: string }>(RUN_QUEUE, { pollingIntervalSeconds: POLL_SECONDS, batchSize: 1 }, async ([job]) => {
		if (job && !signal.aborted) hands.take(job.data.runId);
	});
	takeOverOrphans({ store, take: hands.take, signal });
	// In parallel: a target that does not answer delays nothing else.
	void removeOrphans({ store, targets, signal });
	const telling = keepDelivering({ store, targets, roads, signal });
	const rehearsing = keepRehearsing({ store, targets, signal });
	await boss.work(MINUTE_QUEUE, { pollingIntervalSeconds: 10 }, () => lookEveryMinute({ store, targets, enqueue: enqueueWith(boss) }));
	await boss.schedule(MINUTE_QUEUE, '* * * * *');
	const stop = async () => {
		log.info('the worker is stopping: it releases its runs');
		stopping.abort();
		const late = new AbortController();
		await Promise.race([
			Promise.all([hands.settled(), telling, rehearsing]),
			wait(STOP_MS, undefined, { signal: late.signal }).catch(() => undefined),
		]);
		late.abort();
		await boss.stop({ graceful: true, timeout: QUEUE_STOP_MS });
	};
	boss.once('stopped', () => stopping.abort());
	return { stop };
}
