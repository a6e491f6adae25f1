import { isOutcome } from '#lib/domain/run.ts';
import type { Prisma, Store } from '#lib/store/client.ts';

/** A version of what the page shows besides the journal: it changes when that changes. And whether the run is over. */
const WATCHED_AFTER_MS = 10 * 60_000 + 5_000;

export type RunVersion = { word: string; over: boolean };

export async function readRunVersion(store: Store, runId: string): Promise<RunVersion> {
	return versionOf(await store.run.findUniqueOrThrow({ where: { id: runId }, select: VERSIONED }));
}

/** What the version is made of. */
export const VERSIONED = { status: true, price: true, endedAt: true, _count: { select: { confirmations: true } } } as const;

/** The same, of a run that was read in one statement with what the page shows. */
export function versionOf(run: Prisma.RunGetPayload<{ select: typeof VERSIONED }>): RunVersion {
	const measuredAt = (run.price as { measuredAt?: string } | null)?.measuredAt ?? 'no price';
	return { word: `${run.status} ${measuredAt} ${run._count.confirmations}`, over: isOutcome(run.status) && isWatchedNoMore(run.endedAt) };
}

/** The target is watched for 10 minutes after a run (lib/run/worker/watch-afterwards.ts), and an open page shows it. */
function isWatchedNoMore(endedAt: Date | null): boolean {
	return endedAt !== null && Date.now() - endedAt.getTime() > WATCHED_AFTER_MS;
}
