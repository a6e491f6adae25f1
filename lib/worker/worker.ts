import type { PgBoss } from 'pg-boss';
import { removeOrphans } from '#lib/run/leftovers/remove-orphans.ts';
import { takeOverOrphans } from '#lib/run/worker/take-over-orphans.ts';
import { workOnRun } from '#lib/run/worker/work-on-run.ts';
import { expireChanges } from '#lib/signatures/expire-changes.ts';
import type { Store } from '#lib/store/client.ts';
import { MINUTE_QUEUE, RUN_QUEUE } from '#lib/store/queue.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { recordTargets } from '#lib/targets/record-targets.ts';

/** How often the worker asks the queue, in seconds, besides being told. */
const POLL_SECONDS = 2;
/** Runs on different targets go side by side. */
const RUNS_AT_ONCE = 2;

/** Works through the queue in this process until the queue is stopped. */
export async function startWorker({ boss, store, targets }: { boss: PgBoss; store: Store; targets: Targets }): Promise<void> {
	await recordTargets({ store, targets });
	const stopping = new AbortController();
	boss.once('stopped', () => stopping.abort(new Error('the worker was told to stop')));
	const work = (runId: string, signal: AbortSignal) => workOnRun({ store, targets, runId, signal, stopping: stopping.signal });
	await boss.work<{ runId: string }>(
		RUN_QUEUE,
		{ pollingIntervalSeconds: POLL_SECONDS, localConcurrency: RUNS_AT_ONCE, batchSize: 1 },
		async ([job]) => {
			if (job) await work(job.data.runId, AbortSignal.any([job.signal, stopping.signal]));
		},
	);
	takeOverOrphans({ store, work, signal: stopping.signal });
	// Beside the rest: a target that does not answer keeps nobody waiting.
	void removeOrphans({ store, targets, signal: stopping.signal });
	await boss.work(MINUTE_QUEUE, { pollingIntervalSeconds: 10 }, () => expireChanges(store));
	await boss.schedule(MINUTE_QUEUE, '* * * * *');
}
