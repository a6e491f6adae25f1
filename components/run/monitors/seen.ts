import { type MonitorPoint, pointOf, thinPoints } from '#lib/domain/monitor-point.ts';
import type { JournalRow } from '#lib/domain/run.ts';
import type { Sample } from '#lib/domain/sample.ts';
import type { Limits } from '#lib/domain/thresholds.ts';

/** What the monitors show: the course of each figure, the last sample whole, and the limits that this run was held to. */
export type Seen = { points: readonly MonitorPoint[]; latest: Sample | null; limits: Limits | null };

export const NOTHING_SEEN: Seen = { points: [], latest: null, limits: null };

/** A row of the journal that tells a sample or the limits adds to what was seen; any other changes nothing. */
export function seeRow(seen: Seen, row: JournalRow): Seen {
	if (row.phase === 'limits') return { ...seen, limits: row.data };
	if (row.phase !== 'sample') return seen;
	return { ...seen, latest: row.data, points: thinPoints([...seen.points, pointOf(row.data)]) };
}
