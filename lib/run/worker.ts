import type { PgBoss } from 'pg-boss';
import { expireChanges } from '#lib/signatures/expire-changes.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/target/load-targets.ts';
import { recordTargets } from '#lib/target/record-targets.ts';
import { lookAtRun } from './look-at-run.ts';
import { MINUTE_QUEUE, RUN_QUEUE } from './queue.ts';
import { takeOverOrphans } from './take-over-orphans.ts';

/** How often the worker asks the queue, in seconds. */
const POLL_SECONDS = 0.5;
/** Runs on different targets go side by side. */
const RUNS_AT_ONCE = 2;

/** Works through the queue in this process until the queue is stopped. */
export async function startWorker({ boss, store, targets }: { boss: PgBoss; store: Store; targets: Targets }): Promise<void> {
	await recordTargets({ store, targets });
	await boss.work<{ runId: string }>(
		RUN_QUEUE,
		{ pollingIntervalSeconds: POLL_SECONDS, localConcurrency: RUNS_AT_ONCE, batchSize: 1 },
		async ([job]) => {
			if (!job) return;
			await lookAtRun({ store, targets, runId: job.data.runId, signal: job.signal });
		},
	);
	takeOverOrphans({ boss, store, targets });
	await boss.work(MINUTE_QUEUE, { pollingIntervalSeconds: 10 }, () => expireChanges(store));
	await boss.schedule(MINUTE_QUEUE, '* * * * *');
}
