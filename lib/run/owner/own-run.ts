import type { RunStatus } from '#lib/domain/run.ts';
import type { Store } from '#lib/store/client.ts';
import { LostOwnership } from './journal.ts';

/** How often an owner says that it lives, and after how much silence another takes over. */
export const HEARTBEAT_MS = 3_000;
export const LEASE_MS = 15_000;

/** `takenOver`: from an owner that fell silent; else nobody had it. Presses of Abort up to `abortsHeardTo` have been heeded or overruled. */
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

/** Runs that nobody looks after: never begun, left by an owner that has gone silent, or handed back for somebody to go on with. */
export async function findOrphanedRuns(store: Store): Promise<string[]> {
	const rows = await store.$queryRaw<{ id: string }[]>`
		select id from run where status in ('queued', 'running', 'restoring')
		  and (owner_seen_at is null or owner_seen_at < clock_timestamp() - ${LEASE_MS} * interval '1 ms')`;
	return rows.map((row) => row.id);
}

/**
 * Says that the owner lives, until `stop`. When the run turns out to be somebody else's, or nothing could be said for a whole lease,
 * `onLost` is called once: the owner must stop, because another may have begun.
 */
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
}): {
	stop: () => Promise<void>;
} {
	let saidAt = performance.now();
	let askedAt: number | null = null;
	let stopped = false;
	let beat: Promise<void> = Promise.resolve();
	const say = async () => {
		askedAt = performance.now();
		try {
			const count = await store.$executeRaw`
				update run set owner_seen_at = clock_timestamp() where id = ${runId}::uuid and fence = ${fence}`;
			if (count === 1) saidAt = performance.now();
			else lose();
		} catch {
			// The console's database may be back by the next beat; a lease of silence decides.
			if (performance.now() - saidAt > LEASE_MS) lose();
		} finally {
			askedAt = null;
		}
	};
	const lose = () => {
		if (stopped) return;
		stopped = true;
		clearInterval(timer);
		onLost(new LostOwnership(runId));
	};
	const timer = setInterval(() => {
		if (askedAt === null) beat = say();
		// It neither answers nor fails: another may have an answer, and the run.
		else if (performance.now() - askedAt > LEASE_MS) lose();
	}, HEARTBEAT_MS);
	return {
		stop: async () => {
			stopped = true;
			clearInterval(timer);
			await beat;
		},
	};
}

/** Hands the run back: it is over, or waits for people. */
export async function releaseOwnership(store: Store, { runId, fence }: { runId: string; fence: number }): Promise<void> {
	await store.run.updateMany({ where: { id: runId, fence }, data: { ownerSeenAt: null } });
}
