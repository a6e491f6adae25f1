import type { Sample } from './sample.ts';

/** A sample as a chart needs it: small, because a run has thousands. Null: not measured. */
export type MonitorPoint = {
	/** ms since 1970. */
	t: number;
	/** The longest wait behind us, ms. */
	behindUs: number;
	/** Since BEGIN. */
	errors: number | null;
	sessions: number;
	deadlocks: number;
	/** ms; an endpoint that did not answer at all counts as `NO_ANSWER_MS`. */
	response: number | null;
	/** Percent. */
	cpu: number | null;
	/** ms; 0 when nobody has a transaction open. */
	oldest: number;
	/** Bytes a second. */
	wal: number;
	/** Of the slowest replica, bytes; null where there is none. */
	lag: number | null;
};

/** The value drawn for an answer that never came: above any usual limit. */
export const NO_ANSWER_MS = 10_000;
const WHOLE_FOR_MS = 20 * 60_000;
const BUCKET_MS = 10_000;

export function pointOf(sample: Sample): MonitorPoint {
	const { errors, response, cpu, replication } = sample;
	const lags = replication.flatMap(({ lagBytes }) => lagBytes ?? []);
	return {
		t: Date.parse(sample.at),
		behindUs: sample.waiting.behindUs.longestMs,
		errors: 'notMeasured' in errors ? null : errors.sinceBegin,
		sessions: sample.sessions.total,
		deadlocks: sample.deadlocks,
		response: 'notMeasured' in response ? null : (response.ms ?? NO_ANSWER_MS),
		cpu: 'notMeasured' in cpu ? null : cpu.percent,
		oldest: sample.oldestTransactionMs ?? 0,
		wal: sample.wal.perSecond,
		lag: lags.length > 0 ? Math.max(...lags) : null,
	};
}

/** Keeps all points of the last 20 minutes; before that one point every 10 s, with the highest value of each metric: no peak is lost. */
export function thinPoints(points: readonly MonitorPoint[]): MonitorPoint[] {
	const wholeFrom = (points.at(-1)?.t ?? 0) - WHOLE_FOR_MS;
	const old = points.filter(({ t }) => t < wholeFrom);
	return [...everyTenSeconds(old), ...points.slice(old.length)];
}

/** One point every 10 s, with the highest value of each metric. */
export function everyTenSeconds(points: readonly MonitorPoint[]): MonitorPoint[] {
	const thin: MonitorPoint[] = [];
	for (const point of points) {
		const last = thin.at(-1);
		if (last && Math.floor(last.t / BUCKET_MS) === Math.floor(point.t / BUCKET_MS)) thin[thin.length - 1] = highest(last, point);
		else thin.push(point);
	}
	return thin;
}

function highest(a: MonitorPoint, b: MonitorPoint): MonitorPoint {
	const names = Object.keys(a) as (keyof MonitorPoint)[];
	return Object.fromEntries(names.map((name) => [name, higher(a[name], b[name])])) as MonitorPoint;
}

function higher(a: number | null, b: number | null): number | null {
	if (a === null || b === null) return a ?? b;
	return Math.max(a, b);
}
