import type { FailureCode } from '../failure.ts';
import { countWords } from '../wording/count-words.ts';
import type { Sample } from './sample.ts';

/** What aborts a run automatically, from BEGIN until the smoke tests have passed. */
export type Limits = {
	/** Aborts when this many errors were logged since BEGIN. */
	errors: number;
	/** Aborts when there were more deadlocks than this since the run began. */
	deadlocks: number;
	/** Aborts when it is slower than this in 3 samples in a row. */
	responseMs: number;
	/** Aborts when it is above this, in percent, for 10 s. */
	cpuPercent: number;
	/** Whether the run also aborts when the CPU is not measured for 10 s. */
	cpuRequired: boolean;
	/** Aborts when others wait behind our locks for longer than this. */
	waitingBehindUsMs: number;
};

export const DEFAULT_LIMITS: Limits = {
	errors: 1,
	deadlocks: 5,
	responseMs: 5_000,
	cpuPercent: 80,
	cpuRequired: false,
	waitingBehindUsMs: 5_000,
};
/** One slow answer may be chance; three samples in a row are not. */
export const RESPONSE_SAMPLES = 3;
export const CPU_FOR_MS = 10_000;

export type Breach = {
	code: Extract<FailureCode, 'errors_logged' | 'deadlocks' | 'slow_response' | 'high_cpu' | 'cpu_not_measured' | 'others_wait'>;
	/** In a sentence, for people. */
	message: string;
};

/** The limits, as a target's definition and a bundle name them. */
export type ThresholdNames = { errors: number; deadlocks: number; responseTime: number; cpu: number; waitingBehindUs: number };

/** The target's limits, tightened by the bundle. A looser limit is refused at filing, and has no effect here either. */
export function limitsOf(
	target: { thresholds: ThresholdNames; hostCpu: { required: boolean } },
	bundle: { [Name in keyof ThresholdNames]?: number | undefined } = {},
): Limits {
	const tightest = (name: keyof ThresholdNames) => Math.min(target.thresholds[name], bundle[name] ?? Number.POSITIVE_INFINITY);
	return {
		errors: tightest('errors'),
		deadlocks: tightest('deadlocks'),
		responseMs: tightest('responseTime'),
		cpuPercent: tightest('cpu'),
		cpuRequired: target.hostCpu.required,
		waitingBehindUsMs: tightest('waitingBehindUs'),
	};
}

/**
 * The limit that the samples since `since` (ISO 8601, the time of BEGIN) break, or null. The samples are in order; the last 20 are
 * enough. A value that was not measured breaks no limit, and does not interrupt a series either.
 */
export function breach(samples: readonly Sample[], limits: Limits, since: string): Breach | null {
	const watched = samples.filter((sample) => sample.at >= since);
	const last = watched.at(-1);
	if (!last) return null;
	return (
		errors(last, limits) ?? deadlocks(last, limits) ?? waiting(last, limits) ?? response(watched, limits) ?? cpu(watched, limits, since)
	);
}

function errors({ errors: seen }: Sample, limits: Limits): Breach | null {
	if ('notMeasured' in seen || seen.sinceBegin < limits.errors) return null;
	const n = seen.sinceBegin;
	return { code: 'errors_logged', message: `${countWords(n, 'error')} logged since BEGIN (limit: ${limits.errors}).` };
}

function deadlocks({ deadlocks: seen }: Sample, limits: Limits): Breach | null {
	if (seen <= limits.deadlocks) return null;
	return { code: 'deadlocks', message: `${countWords(seen, 'deadlock')} since the run began (limit: ${limits.deadlocks}).` };
}

function waiting({ waiting: { behindUs } }: Sample, limits: Limits): Breach | null {
	if (behindUs.longestMs <= limits.waitingBehindUsMs) return null;
	const who = countWords(behindUs.count, 'session waits', 'sessions wait');
	return {
		code: 'others_wait',
		message: `${who} behind our locks, the longest for ${seconds(behindUs.longestMs)} (limit: ${seconds(limits.waitingBehindUsMs)}).`,
	};
}

/** An endpoint that does not answer is slower than any limit. */
function response(watched: readonly Sample[], limits: Limits): Breach | null {
	const measured = watched.flatMap((sample) => ('notMeasured' in sample.response ? [] : [sample.response]));
	const recent = measured.slice(-RESPONSE_SAMPLES);
	if (recent.length < RESPONSE_SAMPLES || recent.some(({ ms }) => ms !== null && ms <= limits.responseMs)) return null;
	const last = recent.at(-1);
	const how = last?.ms == null ? `did not answer (${last?.error})` : `took ${seconds(last.ms)}`;
	return {
		code: 'slow_response',
		message: `The application ${how} (limit: ${seconds(limits.responseMs)} in ${RESPONSE_SAMPLES} samples in a row).`,
	};
}

function cpu(watched: readonly Sample[], limits: Limits, since: string): Breach | null {
	if (limits.cpuRequired && lastedMs(watched, since, ({ cpu: seen }) => 'notMeasured' in seen) >= CPU_FOR_MS) {
		return {
			code: 'cpu_not_measured',
			message: `The host's CPU has not been measured for ${seconds(CPU_FOR_MS)}, and the target requires it.`,
		};
	}
	const measured = watched.filter((sample) => !('notMeasured' in sample.cpu));
	const over = ({ cpu: seen }: Sample) => 'percent' in seen && seen.percent > limits.cpuPercent;
	if (lastedMs(measured, since, over) < CPU_FOR_MS) return null;
	return { code: 'high_cpu', message: `The host's CPU was over ${limits.cpuPercent} % for ${seconds(CPU_FOR_MS)}.` };
}

/** How long the condition has lasted, up to the last sample. A sample covers the time since the previous one. */
function lastedMs(samples: readonly Sample[], since: string, isSo: (sample: Sample) => boolean): number {
	const last = samples.at(-1);
	if (!last || !isSo(last)) return 0;
	const from = samples.findLast((sample) => !isSo(sample))?.at ?? since;
	return Date.parse(last.at) - Date.parse(from);
}

function seconds(ms: number): string {
	return ms % 1000 === 0 ? `${ms / 1000} s` : `${(ms / 1000).toFixed(1)} s`;
}
