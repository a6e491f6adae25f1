import { isOutcome } from '#lib/domain/run.ts';
import type { Store } from '#lib/store/client.ts';

/** A version of what the page shows besides the journal: it changes when that changes. And whether the run is over. */
const WATCHED_AFTER_MS = 10 * 60_000 + 5_000;

export type RunVersion = { word: string; over: boolean };

export async function readRunVersion(store: Store, runId: string): Promise<RunVersion> {
	const run = await store.run.findUniqueOrThrow({
		where: { id: runId },
		select: { status: true, price: true, endedAt: true, _count: { select: { confirmations: true } } },
	});
	const measuredAt = (run.price as { measuredAt?: string } | null)?.measuredAt ?? 'no price';
	return { word: `${run.status} ${measuredAt} ${run._count.confirmations}`, over: isOutcome(run.status) && isWatchedNoMore(run.endedAt) };
}

/** The target is watched for 10 minutes after a run (lib/run/worker/watch-afterwards.ts), and an open page shows it. */
function isWatchedNoMore(endedAt: Date | null): boolean {
	return endedAt !== null && Date.now() - endedAt.getTime() > WATCHED_AFTER_MS;
}
