import { describe, expect, test } from 'vitest';
import { type MeasuredTimes, predictDumpBytes, predictTime, predictTimes } from '#lib/domain/target/predicted-times.ts';

const NONE: MeasuredTimes = { backup: [], proof: [], definitions: [], quiescence: [], swap: [], restore: [], dumps: [] };
const GB = 1e9;
const MINUTE = 60_000;

describe('a predicted time', () => {
	test('is the median of what was measured, scaled to today’s size but for what does not grow', () => {
		const measured = [
			{ ms: 12_000, databaseBytes: GB },
			{ ms: 90_000, databaseBytes: GB },
			{ ms: 22_000, databaseBytes: 2 * GB },
		];
		expect(predictTime('backup', measured, GB)).toEqual({ ms: 12_000, measured: 3 });
		expect(predictTime('backup', measured, 3 * GB)).toEqual({ ms: 32_000, measured: 3 });
		expect(predictTime('backup', [{ ms: 800, databaseBytes: 1e6 }], 1e9)).toEqual({ ms: 800, measured: 1 });
	});

	test('is a default that says so where nobody has measured', () => {
		expect(predictTime('proof', [], 10 * GB)).toEqual({ ms: 182_000, measured: 0 });
		expect(predictDumpBytes([], GB)).toEqual({ bytes: 0.6 * GB, measured: 0 });
		expect(predictDumpBytes([{ dumpBytes: GB / 10, databaseBytes: GB }], 2 * GB)).toEqual({ bytes: GB / 5, measured: 1 });
	});
});

describe('the freshness of the backup', () => {
	const ask = { measured: { ...NONE, proof: [{ ms: 10 * MINUTE, databaseBytes: 10 * GB }] }, freshnessMs: 15 * MINUTE };

	test('is kept while the proof is quick enough', () => {
		expect(predictTimes({ ...ask, databaseBytes: 10 * GB, wayBack: 'scratch_restore' })).toMatchObject({ keepsFreshness: true });
	});

	test('is not kept where the proof takes longer, and the way that would keep it is named', () => {
		const times = predictTimes({ ...ask, databaseBytes: 20 * GB, wayBack: 'scratch_restore' });
		expect(times).toMatchObject({ keepsFreshness: false });
		expect(times.wouldKeep.map(({ way }) => way)).toEqual(['attestation', 'rehearsed']);
	});

	test('names no way where none would keep it', () => {
		expect(predictTimes({ ...ask, databaseBytes: 5_000 * GB, wayBack: 'scratch_restore' }).wouldKeep).toEqual([]);
	});
});
