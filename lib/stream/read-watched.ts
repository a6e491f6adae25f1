import { type MonitorPoint, pointOf, thinPoints } from '#lib/domain/watching/monitor-point.ts';
import type { Sample } from '#lib/domain/watching/sample.ts';
import type { Store } from '#lib/store/client.ts';

/** A run's samples so far: the course of each metric, and the full last sample. */
export type Watched = { points: MonitorPoint[]; latest: Sample | null };

/** From the samples up to the row `upTo`. */
export async function readWatched(store: Store, { runId, upTo }: { runId: string; upTo: number }): Promise<Watched> {
	const rows = await store.journalEntry.findMany({
		where: { runId, phase: 'sample', seq: { lte: upTo } },
		orderBy: { seq: 'asc' },
		select: { data: true },
	});
	const samples = rows.map(({ data }) => data as Sample);
	return { points: thinPoints(samples.map(pointOf)), latest: samples.at(-1) ?? null };
}
