import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkTargetNeeds } from '#lib/change/check-target-needs.ts';
import { type Target, targetSchema } from '#lib/domain/target/target.ts';
import type { Sample } from '#lib/domain/watching/sample.ts';
import { breach, DEFAULT_LIMITS, limitsOf } from '#lib/domain/watching/thresholds.ts';

const { thresholds, hostCpu } = targetSchema.shape;
/** What a target's definition says of the limits. */
const watchedSchema = z.object({ thresholds, hostCpu });
const BEGIN = Date.UTC(2026, 10, 22, 2, 0, 0);
const SINCE = new Date(BEGIN).toISOString();

/** A quiet sample, so many seconds after BEGIN. */
function sampleAt(second: number, seen: Partial<Sample> = {}): Sample {
	return {
		at: new Date(BEGIN + second * 1000).toISOString(),
		errors: { byLevel: { INFO: 3 }, sinceBegin: 0 },
		sessions: { byState: { idle: 2 }, total: 2 },
		waiting: { count: 0, longestMs: 0, behindUs: { count: 0, longestMs: 0 }, runPids: [], tree: [] },
		deadlocks: 0,
		oldestTransactionMs: null,
		replication: [],
		wal: { bytes: 0, perSecond: 0 },
		response: { ms: 40 },
		cpu: { percent: 20, source: 'proc' },
		tookMs: 2,
		...seen,
	};
}

const series = (count: number, seen: (second: number) => Partial<Sample>) =>
	Array.from({ length: count }, (_, index) => sampleAt(index + 1, seen(index + 1)));
const codeOf = (samples: Sample[], limits = DEFAULT_LIMITS) => breach(samples, limits, SINCE)?.code ?? null;
const cpu = (percent: number): Partial<Sample> => ({ cpu: { percent, source: 'proc' } });
const behindUs = (longestMs: number): Partial<Sample> => ({
	waiting: { count: 1, longestMs, behindUs: { count: 1, longestMs }, runPids: [], tree: [] },
});

test('quiet samples, and none at all, break nothing', () => {
	expect(codeOf(series(30, () => ({})))).toBeNull();
	expect(codeOf([])).toBeNull();
});

test('what was seen before BEGIN breaks nothing', () => {
	const bad = { errors: { byLevel: { ERROR: 9 }, sinceBegin: 9 }, deadlocks: 9, ...behindUs(60_000) };
	expect(codeOf([sampleAt(-2, bad), sampleAt(-1, bad)])).toBeNull();
	expect(codeOf([sampleAt(-1, bad), sampleAt(0, bad)])).toBe('errors_logged');
});

test('the first error logged since BEGIN is enough', () => {
	expect(codeOf([sampleAt(1, { errors: { byLevel: { ERROR: 4 }, sinceBegin: 0 } })])).toBeNull();
	expect(codeOf([sampleAt(1, { errors: { byLevel: { ERROR: 5 }, sinceBegin: 1 } })])).toBe('errors_logged');
});

test('5 deadlocks are allowed, the sixth is not', () => {
	expect(codeOf([sampleAt(1, { deadlocks: 5 })])).toBeNull();
	expect(codeOf([sampleAt(1, { deadlocks: 6 })])).toBe('deadlocks');
});

test('others may wait behind us for exactly the limit and no longer', () => {
	expect(codeOf([sampleAt(1, behindUs(5_000))])).toBeNull();
	expect(codeOf([sampleAt(1, behindUs(5_001))])).toBe('others_wait');
});

test('somebody who waits for others breaks nothing, however long', () => {
	const waiting = { count: 1, longestMs: 60_000, behindUs: { count: 0, longestMs: 0 }, runPids: [], tree: [] };
	expect(codeOf([sampleAt(1, { waiting })])).toBeNull();
});

test('a response over 5 s must be seen in 3 samples running', () => {
	const slow = { response: { ms: 5_001 } };
	expect(codeOf(series(2, () => slow))).toBeNull();
	expect(codeOf(series(3, () => slow))).toBe('slow_response');
	expect(codeOf(series(3, () => ({ response: { ms: 5_000 } })))).toBeNull();
	expect(codeOf(series(5, (second) => (second === 3 ? {} : slow)))).toBeNull();
});

test('an endpoint that does not answer counts as over, and one that answers 503 at once does not', () => {
	const silent = breach(
		series(3, () => ({ response: { ms: null, error: 'connect ECONNREFUSED' } })),
		DEFAULT_LIMITS,
		SINCE,
	);
	expect(silent).toMatchObject({ code: 'slow_response', message: expect.stringContaining('ECONNREFUSED') });
	expect(codeOf(series(9, () => ({ response: { ms: 3, error: 'answered 503' } })))).toBeNull();
});

test('slow samples before BEGIN do not count towards the three', () => {
	const slow = { response: { ms: 9_000 } };
	expect(codeOf([sampleAt(-2, slow), sampleAt(-1, slow), sampleAt(1, slow)])).toBeNull();
});

test('CPU over 80 % must last for 10 s running', () => {
	expect(codeOf(series(9, () => cpu(81)))).toBeNull();
	expect(codeOf(series(10, () => cpu(81)))).toBe('high_cpu');
	expect(codeOf(series(30, () => cpu(80)))).toBeNull();
	expect(codeOf(series(30, (second) => cpu(second % 10 === 0 ? 70 : 99)))).toBeNull();
	expect(codeOf([...series(10, () => cpu(99)), sampleAt(11, cpu(10))])).toBeNull();
});

test('our own backup may use the CPU: seconds before BEGIN are not counted', () => {
	const before = Array.from({ length: 20 }, (_, index) => sampleAt(index - 20, cpu(99)));
	expect(codeOf([...before, ...series(9, () => cpu(99))])).toBeNull();
	expect(codeOf([...before, ...series(10, () => cpu(99))])).toBe('high_cpu');
});

test('10 s are 10 s when slow samples skip ticks', () => {
	expect(codeOf([sampleAt(1, cpu(99)), sampleAt(5, cpu(99)), sampleAt(9.9, cpu(99))])).toBeNull();
	expect(codeOf([sampleAt(1, cpu(99)), sampleAt(5, cpu(99)), sampleAt(10, cpu(99))])).toBe('high_cpu');
});

test('samples without a figure neither break anything nor interrupt what lasts', () => {
	const none = { notMeasured: 'not possible now: the target must be free of sessions' };
	expect(codeOf(series(30, () => ({ errors: none, response: none, cpu: none })))).toBeNull();
	expect(codeOf(series(12, (second) => (second === 6 ? { cpu: none } : cpu(99))))).toBe('high_cpu');
	expect(codeOf(series(4, (second) => ({ response: second === 2 ? none : { ms: 9_000 } })))).toBe('slow_response');
});

test('where the target requires the CPU, 10 s without a figure abort', () => {
	const none = { cpu: { notMeasured: 'Prometheus: no answer' } };
	const required = { ...DEFAULT_LIMITS, cpuRequired: true };
	expect(
		codeOf(
			series(9, () => none),
			required,
		),
	).toBeNull();
	expect(
		codeOf(
			series(10, () => none),
			required,
		),
	).toBe('cpu_not_measured');
});

test('a bundle tightens the limits of its target and never loosens them', () => {
	const target = watchedSchema.parse({ thresholds: { deadlocks: 3, responseTime: '2s' } });
	expect(limitsOf(target)).toEqual({ ...DEFAULT_LIMITS, deadlocks: 3, responseMs: 2_000 });
	expect(limitsOf(target, { cpu: 50, deadlocks: 9, waitingBehindUs: 1_000 })).toEqual({
		...DEFAULT_LIMITS,
		deadlocks: 3,
		responseMs: 2_000,
		cpuPercent: 50,
		waitingBehindUsMs: 1_000,
	});
});

test('a manifest that loosens a threshold is refused at the line of that threshold; one that tightens is not', () => {
	const target = watchedSchema.parse({ thresholds: { deadlocks: 3 } });
	const found = (thresholds: string) =>
		checkTargetNeeds(Buffer.from(`version: 1\nphases: [{ name: all, files: [a.sql] }]\nthresholds:\n${thresholds}`), {
			...target,
			name: 'ehg',
			services: [],
			restrictedRoles: [],
			smokeTestRoles: [],
		} as unknown as Target);
	expect(found('  deadlocks: 3\n  cpu: 60\n  waitingBehindUs: 2s\n')).toEqual([]);
	expect(found('  cpu: 60\n  deadlocks: 4\n  waitingBehindUs: 6s\n')).toMatchObject([
		{ code: 'threshold_loosened', line: 5, message: expect.stringContaining('deadlocks') },
		{ code: 'threshold_loosened', line: 6, instead: expect.stringContaining('5000 ms') },
	]);
});
