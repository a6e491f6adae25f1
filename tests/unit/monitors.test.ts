import { expect, test } from 'vitest';
import { chartPath, topOf } from '#components/run/monitors/chart-path.ts';
import { mainReadings } from '#components/run/monitors/readings.ts';
import { shownOf } from '#components/run/monitors/shown.ts';
import { applyRows, openState } from '#components/run/run-state.ts';
import type { JournalRow } from '#lib/domain/run.ts';
import { thinPoints } from '#lib/domain/watching/monitor-point.ts';
import type { Sample } from '#lib/domain/watching/sample.ts';
import { DEFAULT_LIMITS } from '#lib/domain/watching/thresholds.ts';

const START = Date.UTC(2026, 10, 22, 2, 0, 0);

function sample(second: number, seen: Partial<Sample> = {}): Sample {
	return {
		at: new Date(START + second * 1000).toISOString(),
		errors: { byLevel: {}, sinceBegin: 0 },
		sessions: { byState: {}, total: 2 },
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

function rowsOf(samples: Sample[]): JournalRow[] {
	return samples.map((data, index) => ({ seq: index + 1, at: data.at, step: 'watch', phase: 'sample', data }));
}

const seconds = (count: number, seen: (second: number) => Partial<Sample> = () => ({})) =>
	Array.from({ length: count }, (_, second) => sample(second, seen(second)));
const opened = () => openState({ rows: [], from: 1, status: 'running' });

test('an hour of samples is kept in a bounded number of points, and no peak is lost', () => {
	const peakAt = 700;
	const state = applyRows(opened(), rowsOf(seconds(3_600, (s) => (s === peakAt ? { cpu: { percent: 97, source: 'proc' } } : {}))));
	expect(state.watched.points.length).toBeLessThan(1_500);
	expect(Math.max(...state.watched.points.map(({ cpu }) => cpu ?? 0))).toBe(97);
	expect(state.watched.points.at(-1)?.t).toBe(START + 3_599_000);
	expect(thinPoints(state.watched.points)).toEqual(state.watched.points);
});

test('a page that was opened with the points so far folds the same as one that was open all along', () => {
	const rows = rowsOf(seconds(400));
	const whole = applyRows(opened(), rows);
	const { points, latest } = applyRows(opened(), rows.slice(0, 250)).watched;
	const reopened = openState({ rows: [], from: 1, status: 'running', seq: 250, watched: { points, latest } });
	expect(applyRows(reopened, rows).watched).toEqual(whole.watched);
});

test('samples are no lines of the log and no step', () => {
	const state = applyRows(opened(), rowsOf(seconds(3)));
	expect(state.lines).toEqual([]);
	expect(state.steps.some(({ step }) => step === 'watch')).toBe(false);
});

test('the line is interrupted where nothing was measured, and over a long silence', () => {
	const frame = { fromMs: 0, toMs: 100_000, top: 10 };
	const at = (second: number, value: number | null) => ({ t: second * 1000, value });
	expect(chartPath([at(0, 1), at(10, 1), at(20, 1)], frame).match(/M/g)).toHaveLength(1);
	expect(chartPath([at(0, 1), at(10, null), at(20, 1)], frame).match(/M/g)).toHaveLength(2);
	expect(chartPath([at(0, 1), at(60, 1)], frame).match(/M/g)).toHaveLength(2);
	expect(chartPath([], frame)).toBe('');
});

test('a peak of one second is drawn although many seconds share a unit of width', () => {
	const course = Array.from({ length: 3_000 }, (_, s) => ({ t: s * 1000, value: s === 1_501 ? 9 : 0 }));
	const path = chartPath(course, { fromMs: 0, toMs: 3_000_000, top: 10 });
	expect(path.length).toBeLessThan(4_000);
	expect(path).toContain('130 5.8');
});

test('a young run has the whole width of a chart, an old one its last five minutes', () => {
	const lasts = (count: number, range: 'recent' | 'whole' = 'recent') => {
		const { fromMs, toMs } = shownOf(applyRows(opened(), rowsOf(seconds(count + 1))).watched.points, range);
		return (toMs - fromMs) / 1000;
	};
	expect([lasts(5), lasts(90), lasts(299), lasts(900)]).toEqual([60, 90, 299, 300]);
	expect([lasts(5, 'whole'), lasts(900, 'whole')]).toEqual([5, 900]);
	expect(shownOf([], 'recent').points).toEqual([]);
});

test('the limit always has room in the drawing', () => {
	expect(topOf([{ t: 0, value: 40 }], 5_000)).toBeGreaterThan(5_000);
	expect(topOf([{ t: 0, value: 9_000 }], 5_000)).toBeGreaterThan(9_000);
	expect(topOf([], null)).toBeGreaterThan(0);
});

test('what is not measured says why, and is no zero', () => {
	const none = { notMeasured: 'the target has no log table defined' };
	const readings = mainReadings(sample(0, { errors: none, cpu: none, response: { ms: null, error: 'ECONNREFUSED' } }), DEFAULT_LIMITS);
	const of = (key: string) => readings.find((reading) => reading.key === key);
	expect(of('errors')).toMatchObject({ value: 'not measured', missing: 'the target has no log table defined', over: false });
	expect(of('cpu')).toMatchObject({ value: 'not measured' });
	expect(of('response')).toMatchObject({ value: 'no answer', words: 'ECONNREFUSED', over: true });
	expect(mainReadings(null, null).map(({ value }) => value)).toEqual(Array(6).fill(null));
});

test('a limit that one sample does not break says how long it takes', () => {
	const words = Object.fromEntries(mainReadings(sample(0), DEFAULT_LIMITS).map(({ key, limitWords }) => [key, limitWords]));
	expect(words).toMatchObject({ cpu: 'limit 80 % for 10 s', response: 'limit 5 s, 3 in a row', behindUs: 'limit 5 s' });
});
