import { expect, test } from 'vitest';
import { openState } from '#components/run/run-state.ts';
import { leftMs } from '#components/run/time-left.tsx';
import { type EarlierRun, estimateRun } from '#lib/domain/estimate.ts';

const NOW = { statements: 10, rehearsedMs: null };

function earlier(steps: EarlierRun['steps'], { bytes = 1_000, statements = 10 } = {}): EarlierRun {
	return { steps, bytes, statements };
}

test('a target without an earlier run has no estimate', () => {
	expect(estimateRun([], NOW)).toBeNull();
});

test('a step is expected to take what it mostly took, and one that no run passed is left out', () => {
	const runs = [earlier({ claim: 100, trial: 40 }), earlier({ claim: 120 }), earlier({ claim: 9_000 })];
	expect(estimateRun(runs, NOW)).toEqual({ steps: { claim: 120, trial: 40 }, runs: 3 });
});

test('backup and way back grow with the database, the transaction with its statements', () => {
	const runs = [
		earlier({ trial: 50 }, { bytes: 4_000 }),
		earlier({ backup: 2_000, 'way back': 3_000, transaction: 500 }, { statements: 5 }),
	];
	expect(estimateRun(runs, NOW)?.steps).toEqual({ trial: 50, backup: 8_000, 'way back': 12_000, transaction: 1_000 });
});

test('a transaction that was rehearsed is expected to take as long again, whatever other changes took', () => {
	expect(estimateRun([earlier({ transaction: 5 })], { statements: 10, rehearsedMs: 60_000 })?.steps.transaction).toBe(60_000);
	expect(estimateRun([earlier({ claim: 5 })], { statements: 10, rehearsedMs: 60_000 })?.steps.transaction).toBe(60_000);
});

test('what is left is what has not begun, and of the step under way what it has not taken yet', () => {
	const opened = openState({ rows: [], from: 1, status: 'queued' });
	const steps = opened.steps.map((step) => ({ ...step }));
	const estimate = { steps: { claim: 1_000, backup: 10_000, trial: 2_000 }, runs: 2 };
	expect(leftMs(estimate, { steps, now: null })).toBe(13_000);
	Object.assign(steps.find(({ step }) => step === 'claim') ?? {}, { state: 'passed' });
	Object.assign(steps.find(({ step }) => step === 'backup') ?? {}, { state: 'running', startedAt: '2026-11-26T02:00:00.000Z' });
	const at = (seconds: number) => leftMs(estimate, { steps, now: Date.parse('2026-11-26T02:00:00.000Z') + seconds * 1_000 });
	expect(at(4)).toBe(8_000);
	expect(at(60)).toBe(2_000);
});
