import type { JournalRow } from '#lib/domain/run.ts';
import { type MonitorPoint, pointOf, thinPoints } from '#lib/domain/watching/monitor-point.ts';
import type { Sample } from '#lib/domain/watching/sample.ts';
import type { Limits } from '#lib/domain/watching/thresholds.ts';

/** What the monitors show: the course of each metric, the whole last sample, and the limits of this run. */
export type Seen = { points: readonly MonitorPoint[]; latest: Sample | null; limits: Limits | null };

export const NOTHING_SEEN: Seen = { points: [], latest: null, limits: null };

/** Adds a journal row with a sample or the limits; any other row changes nothing. */
export function seeRow(seen: Seen, row: JournalRow): Seen {
	if (row.phase === 'limits') return { ...seen, limits: row.data };
	if (row.phase !== 'sample') return seen;
	return { ...seen, latest: row.data, points: thinPoints([...seen.points, pointOf(row.data)]) };
}
