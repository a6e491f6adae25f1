import type { MonitorPoint } from '#lib/domain/watching/monitor-point.ts';
import type { NotMeasured, Sample } from '#lib/domain/watching/sample.ts';
import { isErrorLevel } from '#lib/domain/watching/sample.ts';
import { CPU_FOR_MS, type Limits, RESPONSE_SAMPLES } from '#lib/domain/watching/thresholds.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';

/** One metric as it is shown: current value, course and limit. */
export type Reading = {
	key: Exclude<keyof MonitorPoint, 't'>;
	title: string;
	/** The current value; null before the first sample and where it is not measured. */
	value: string | null;
	/** Beside the value. */
	words: string;
	/** Why there is no value. */
	missing: string | null;
	limit: number | null;
	limitWords: string;
	over: boolean;
	/** Formats a value of the course. */
	format: (value: number) => string;
};

const count = (value: number) => value.toLocaleString('en');
const percent = (value: number) => `${Math.round(value)} %`;

/** The metrics with a threshold, or that matter most: one panel each. Null limits: the run reported none. */
export function mainReadings(sample: Sample | null, limits: Limits | null): Reading[] {
	return [
		waitingBehindUs(sample, limits),
		errors(sample, limits),
		sessions(sample),
		deadlocks(sample, limits),
		response(sample, limits),
		cpu(sample, limits),
	];
}

/** The other metrics, without a threshold. */
export function furtherReadings(sample: Sample | null): Reading[] {
	return [oldestTransaction(sample), wal(sample), lag(sample)];
}

const BARE = { value: null, words: '', missing: null, limit: null, limitWords: '', over: false };

function waitingBehindUs(sample: Sample | null, limits: Limits | null): Reading {
	const limit = limits?.waitingBehindUsMs ?? null;
	const bare = {
		...BARE,
		key: 'behindUs',
		title: 'Waiting behind us',
		limit,
		limitWords: limit === null ? '' : `limit ${span(limit)}`,
		format: span,
	} as const;
	if (!sample) return bare;
	const { behindUs, count: waiting } = sample.waiting;
	const others = waiting - behindUs.count;
	const words = [behindUs.count > 0 && `longest ${span(behindUs.longestMs)}`, others > 0 && `${others} behind others`];
	return {
		...bare,
		value: count(behindUs.count),
		words: words.filter(Boolean).join(' · '),
		over: limit !== null && behindUs.longestMs > limit,
	};
}

function errors(sample: Sample | null, limits: Limits | null): Reading {
	const limit = limits?.errors ?? null;
	const limitWords = limit === null ? '' : `aborts at ${limit}`;
	const bare = { ...BARE, key: 'errors', title: 'Errors logged', limit, limitWords, format: count } as const;
	if (!sample) return bare;
	if ('notMeasured' in sample.errors) return { ...bare, ...missing(sample.errors) };
	const { byLevel, sinceBegin } = sample.errors;
	const levels = Object.entries(byLevel).sort(([a], [b]) => Number(isErrorLevel(b)) - Number(isErrorLevel(a)) || a.localeCompare(b));
	const words = levels.map(([level, n]) => `${level.toLowerCase()} ${count(n)}`).join(' · ');
	return { ...bare, value: count(sinceBegin), words, over: limit !== null && sinceBegin >= limit };
}

function sessions(sample: Sample | null): Reading {
	const bare = { ...BARE, key: 'sessions', title: 'Sessions', format: count } as const;
	if (!sample) return bare;
	const words = Object.entries(sample.sessions.byState)
		.sort(([a], [b]) => a.localeCompare(b))
		.map(([state, n]) => `${state} ${count(n)}`);
	return { ...bare, value: count(sample.sessions.total), words: words.join(' · ') };
}

function deadlocks(sample: Sample | null, limits: Limits | null): Reading {
	const limit = limits?.deadlocks ?? null;
	const bare = {
		...BARE,
		key: 'deadlocks',
		title: 'Deadlocks',
		limit,
		limitWords: limit === null ? '' : `aborts above ${limit}`,
		format: count,
	} as const;
	return sample ? { ...bare, value: count(sample.deadlocks), over: limit !== null && sample.deadlocks > limit } : bare;
}

function response(sample: Sample | null, limits: Limits | null): Reading {
	const limit = limits?.responseMs ?? null;
	const bare = {
		...BARE,
		key: 'response',
		title: 'Response',
		limit,
		limitWords: limit === null ? '' : `limit ${span(limit)}, ${RESPONSE_SAMPLES} in a row`,
		format: span,
	} as const;
	if (!sample) return bare;
	if ('notMeasured' in sample.response) return { ...bare, ...missing(sample.response) };
	const { ms, error = '' } = sample.response;
	if (ms === null) return { ...bare, value: 'no answer', words: error, over: true };
	return { ...bare, value: span(ms), words: error, over: limit !== null && ms > limit };
}

function cpu(sample: Sample | null, limits: Limits | null): Reading {
	const limit = limits?.cpuPercent ?? null;
	const bare = {
		...BARE,
		key: 'cpu',
		title: 'CPU',
		limit,
		limitWords: limit === null ? '' : `limit ${percent(limit)} for ${span(CPU_FOR_MS)}`,
		format: percent,
	} as const;
	if (!sample) return bare;
	if ('notMeasured' in sample.cpu) return { ...bare, ...missing(sample.cpu) };
	const source = sample.cpu.source === 'prometheus' ? 'by Prometheus' : '';
	return { ...bare, value: percent(sample.cpu.percent), words: source, over: limit !== null && sample.cpu.percent > limit };
}

function oldestTransaction(sample: Sample | null): Reading {
	const bare = { ...BARE, key: 'oldest', title: 'Oldest transaction', format: span } as const;
	if (!sample) return bare;
	return { ...bare, value: sample.oldestTransactionMs === null ? 'none' : span(sample.oldestTransactionMs) };
}

function wal(sample: Sample | null): Reading {
	const bare = { ...BARE, key: 'wal', title: 'WAL written', format: (value: number) => `${formatBytes(value)}/s` } as const;
	return sample ? { ...bare, value: formatBytes(sample.wal.bytes), words: bare.format(sample.wal.perSecond) } : bare;
}

function lag(sample: Sample | null): Reading {
	const bare = { ...BARE, key: 'lag', title: 'Replication lag', format: formatBytes } as const;
	if (!sample) return bare;
	if (sample.replication.length === 0) return { ...bare, value: 'no replicas' };
	const slowest = sample.replication.reduce((a, b) => ((b.lagBytes ?? 0) > (a.lagBytes ?? 0) ? b : a));
	const words = [slowest.name, slowest.lagMs === null ? '' : span(slowest.lagMs)].filter(Boolean).join(' · ');
	return { ...bare, value: slowest.lagBytes === null ? 'unknown' : formatBytes(slowest.lagBytes), words };
}

function missing({ notMeasured }: NotMeasured) {
	return { value: 'not measured', missing: notMeasured };
}

/** A measured time: "41 ms", "1.2 s", "5 s", "3 min 5 s". */
export function span(ms: number): string {
	if (ms < 1_000) return `${Math.round(ms)} ms`;
	if (ms < 60_000) return `${Number((ms / 1_000).toFixed(1))} s`;
	const seconds = Math.floor((ms % 60_000) / 1_000);
	return `${Math.floor(ms / 60_000)} min${seconds > 0 ? ` ${seconds} s` : ''}`;
}
