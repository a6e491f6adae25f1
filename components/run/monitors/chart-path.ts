/** The chart's own units; it is stretched to the available width. */
export const CHART = { width: 260, height: 34 } as const;
/** Room above and below, so that a line at the edge is not cut off. */
const MARGIN = 3;
/** The line is interrupted when samples are further apart than this. */
const GAP_MS = 30_000;

export type Course = readonly { t: number; value: number | null }[];
export type Frame = { fromMs: number; toMs: number; top: number };

/** The highest value on the chart; the limit always fits. */
export function topOf(course: Course, limit: number | null): number {
	const peak = course.reduce((most, { value }) => Math.max(most, value ?? 0), 0);
	return Math.max(peak * 1.1, (limit ?? 0) * 1.1) || 1;
}

export function yOf(value: number, { top }: Frame): number {
	return round(CHART.height - MARGIN - (Math.min(value, top) / top) * (CHART.height - 2 * MARGIN));
}

/** An SVG path: the highest of all values on one unit of width, interrupted where nothing was measured. */
export function chartPath(course: Course, frame: Frame): string {
	const span = Math.max(1, frame.toMs - frame.fromMs);
	const strokes: Map<number, number>[] = [];
	let stroke: Map<number, number> | null = null;
	let lastT = Number.NEGATIVE_INFINITY;
	for (const { t, value } of course) {
		if (t < frame.fromMs || t > frame.toMs) continue;
		if (value === null || t - lastT > GAP_MS) stroke = null;
		lastT = t;
		if (value === null) continue;
		if (!stroke) {
			stroke = new Map<number, number>();
			strokes.push(stroke);
		}
		const x = Math.round(((t - frame.fromMs) / span) * CHART.width);
		stroke.set(x, Math.max(stroke.get(x) ?? 0, value));
	}
	return strokes.map((points) => strokePath(points, frame)).join('');
}

/** A single point shows as a dot, by its round ends. */
function strokePath(points: ReadonlyMap<number, number>, frame: Frame): string {
	const places = [...points].map(([x, value]) => `${x} ${yOf(value, frame)}`);
	return `M${places.join('L')}${places.length === 1 ? 'h.1' : ''}`;
}

function round(n: number): number {
	return Math.round(n * 10) / 10;
}
