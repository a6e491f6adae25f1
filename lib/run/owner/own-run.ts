import type { RunStatus } from '#lib/domain/run.ts';
import type { Store } from '#lib/store/client.ts';
import { LostOwnership } from './journal.ts';
import { keepLease, LEASE_MS } from './lease.ts';

/** `takenOver`: the previous owner had gone silent; else nobody had it. Aborts up to `abortsHeardTo` have been handled or overruled. */
export type Owned = { fence: number; status: RunStatus; takenOver: boolean; abortsHeardTo: bigint | null };

/**
 * Makes this process the owner of a run that nobody owns, or whose owner has been silent for too long: its fence goes up, and from
 * then on the old owner can write nothing. Null when it has a live owner, waits for people, or is over.
 */
export async function takeOwnership(store: Store, runId: string): Promise<Owned | null> {
	const rows = await store.$queryRaw<(Omit<Owned, 'takenOver'> & { before: Date | null })[]>`
		with free as (
			select id, owner_seen_at from run
			where id = ${runId}::uuid and status in ('queued', 'running', 'restoring')
			  and (owner_seen_at is null or owner_seen_at < clock_timestamp() - ${LEASE_MS} * interval '1 ms')
			for update)
		update run set fence = fence + 1, owner_seen_at = clock_timestamp(), aborts_refused = null
		from free where run.id = free.id
		returning run.fence, run.status, free.owner_seen_at as before, run.aborts_heard_to as "abortsHeardTo"`;
	const [owned] = rows;
	if (!owned) return null;
	const { before, ...rest } = owned;
	return { ...rest, takenOver: before !== null };
}

/** Runs without an owner: never started, left by an owner that has gone silent, or released for another worker. */
export async function findOrphanedRuns(store: Store): Promise<string[]> {
	const rows = await store.$queryRaw<{ id: string }[]>`
		select id from run where status in ('queued', 'running', 'restoring')
		  and (owner_seen_at is null or owner_seen_at < clock_timestamp() - ${LEASE_MS} * interval '1 ms')`;
	return rows.map((row) => row.id);
}

/** Sends the heartbeat of a run's owner until `stop` (lease.ts). */
export function keepOwnership({
	store,
	runId,
	fence,
	onLost,
}: {
	store: Store;
	runId: string;
	fence: number;
	onLost: (why: LostOwnership) => void;
}) {
	return keepLease({
		beat: () => store.$executeRaw`
			update run set owner_seen_at = clock_timestamp() where id = ${runId}::uuid and fence = ${fence}`,
		onLost: () => onLost(new LostOwnership(runId)),
	});
}

/** Releases the run: it is over, or waits for people. */
export async function releaseOwnership(store: Store, { runId, fence }: { runId: string; fence: number }): Promise<void> {
	await store.run.updateMany({ where: { id: runId, fence }, data: { ownerSeenAt: null } });
}
