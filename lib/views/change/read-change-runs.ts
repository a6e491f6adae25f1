import type { RunStatus, Truth } from '#lib/domain/run.ts';
import type { Store } from '#lib/store/client.ts';

/** The runs of a change, the latest first. */
export async function readChangeRuns(store: Store, changeId: string) {
	const runs = await store.run.findMany({
		where: { changeId },
		select: {
			id: true,
			number: true,
			status: true,
			truth: true,
			claimedAt: true,
			endedAt: true,
			operator: { select: { name: true } },
			revision: { select: { number: true } },
		},
		orderBy: { number: 'desc' },
	});
	return runs.map((run) => ({
		id: run.id,
		number: run.number,
		status: run.status as RunStatus,
		truth: run.truth as Truth,
		operator: run.operator.name,
		revision: run.revision.number,
		startedAt: run.claimedAt.toISOString(),
		endedAt: run.endedAt?.toISOString() ?? null,
	}));
}
