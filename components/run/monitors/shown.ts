import type { MonitorPoint } from '#lib/domain/watching/monitor-point.ts';

export type Range = 'recent' | 'whole';
/** What the charts draw: the points between two times, in ms since 1970. */
export type Shown = { points: readonly MonitorPoint[]; fromMs: number; toMs: number; rangeWords: string };

const RECENT_MS = 5 * 60_000;
/** During a run a chart covers at least this much time: otherwise each second would shift all of it. */
const LEAST_MS = 60_000;

/** The whole run, or its last five minutes. A shorter run fills the width, so that it is not a dot at the edge. */
export function shownOf(points: readonly MonitorPoint[], range: Range): Shown {
	const toMs = points.at(-1)?.t ?? 0;
	const firstMs = points[0]?.t ?? 0;
	if (range === 'whole') return { points, fromMs: firstMs, toMs, rangeWords: 'the whole run' };
	const fromMs = Math.max(toMs - RECENT_MS, Math.min(firstMs, toMs - LEAST_MS));
	return { points, fromMs, toMs, rangeWords: 'the last 5 minutes' };
}
