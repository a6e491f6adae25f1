import type { PgBoss } from 'pg-boss';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/target/load-targets.ts';
import { lookAtRun } from './look-at-run.ts';
import { findOrphanedRuns } from './own-run.ts';

/** With the lease this makes a takeover within 20 s of the owner's death (30 s is promised). */
const LOOK_EVERY_MS = 3_000;

/** Looks for runs that nobody looks after, at once and then every few seconds, until the queue is stopped. It needs no job: those die too. */
export function takeOverOrphans({ boss, store, targets }: { boss: PgBoss; store: Store; targets: Targets }): void {
	const stopping = new AbortController();
	const inHand = new Set<string>();
	const look = async () => {
		for (const runId of await findOrphanedRuns(store)) {
			if (inHand.has(runId)) continue;
			inHand.add(runId);
			lookAtRun({ store, targets, runId, signal: stopping.signal })
				.catch((error: Error) => console.error(`run ${runId} could not be taken over:`, error))
				.finally(() => inHand.delete(runId));
		}
	};
	const lookSafely = () => look().catch((error: Error) => console.error('looking for orphaned runs:', error.message));
	const timer = setInterval(lookSafely, LOOK_EVERY_MS);
	boss.once('stopped', () => {
		clearInterval(timer);
		stopping.abort();
	});
	void lookSafely();
}
