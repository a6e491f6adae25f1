import { setTimeout as wait } from 'node:timers/promises';
import { readManifest } from '#lib/bundle/read-manifest.ts';
import { isOutcome } from '#lib/domain/run.ts';
import { limitsOf } from '#lib/domain/watching/thresholds.ts';
import type { Counters } from '#lib/postgres/watching/sample-counters.ts';
import { openJournal } from '#lib/run/owner/journal.ts';
import type { Store } from '#lib/store/client.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { startWatch } from '#lib/watch/watch.ts';

/** How long a target is watched after a run has ended. */
export const WATCH_AFTER_MS = 10 * 60_000;
const LOOK_EVERY_MS = 1_000;

/**
 * Continues watching after a run: for 10 minutes after its end, or while it waits for people to decide. Counters continue, so
 * that the charts do not fall back to zero and include the time in between. It aborts nothing: there is nothing left
 * to abort. Ends when the run has another owner, when watching dies, or when the worker stops.
 */
export async function watchAfterwards({
	store,
	targets,
	runId,
	fence,
	counters,
	signal,
}: {
	store: Store;
	targets: Targets;
	runId: string;
	/** The fence of its owner: with a different one, the run has another owner. */
	fence: number;
	counters: Counters | null;
	signal: AbortSignal;
}): Promise<void> {
	const row = await store.run.findUniqueOrThrow({
		where: { id: runId },
		select: { target: true, revision: { select: { manifest: true } } },
	});
	const target = findTarget(targets, row.target);
	const journal = await openJournal({ store, runId, fence });
	const { manifest } = readManifest(Buffer.from(row.revision.manifest));
	const died = new AbortController();
	const watch = await startWatch({
		runId,
		target,
		limits: limitsOf(target, manifest?.thresholds),
		goOnWith: counters,
		tell: (event) => journal.tell('watch', event),
		onBreach: () => undefined,
		onDeath: (error) => died.abort(error),
	});
	try {
		while (!signal.aborted && !died.signal.aborted && (await isWatchedStill(store, { runId, fence }))) {
			await journal.flush();
			await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
		}
	} finally {
		await watch.stop();
	}
}

async function isWatchedStill(store: Store, { runId, fence }: { runId: string; fence: number }): Promise<boolean> {
	const run = await store.run.findUniqueOrThrow({ where: { id: runId }, select: { status: true, fence: true, endedAt: true } });
	if (run.fence !== fence) return false;
	if (run.status === 'awaiting_restore') return true;
	return isOutcome(run.status) && run.endedAt !== null && Date.now() - run.endedAt.getTime() < WATCH_AFTER_MS;
}
