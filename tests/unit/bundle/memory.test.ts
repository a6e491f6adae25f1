import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

/** Node itself and the 20 MB that are checked take about 110 MB of it. */
const BUDGET_MB = 350;
/** No other request waits longer than this, or than this part of the whole check where the machine of a test is busy. */
const LONGEST_PAUSE_MS = 1_500;
const LONGEST_PART = 0.25;

async function measure(shape: string, verb = 'check') {
	const script = new URL('./measure-check.ts', import.meta.url).pathname;
	const { stdout } = await promisify(execFile)(process.execPath, [script, shape, verb]);
	return JSON.parse(stdout) as { statementCount: number; codes: string[]; peakMb: number; longestPauseMs: number; ms: number };
}

describe('memory stays bounded, and others get the processor', () => {
	test.each([
		['50,000 statements', []],
		['50,001 statements', ['too_many_statements']],
		['20 MB of statements', []],
		['20 MB on one line', []],
		['20 MB of large inserts', []],
		['20 MB in one statement', ['statement_too_large']],
		['20 MB of errors', ['syntax_error']],
		['20 MB of semicolons', ['no_statements']],
		['over 20 MB', ['bundle_too_large']],
	])('%s', { timeout: 60_000 }, async (shape, codes) => {
		const { peakMb, longestPauseMs, ms, ...outcome } = await measure(shape);
		expect(outcome.codes.filter((code) => code !== 'too_many_findings')).toEqual(codes);
		expect(peakMb).toBeLessThan(BUDGET_MB);
		expect(longestPauseMs).toBeLessThan(Math.max(LONGEST_PAUSE_MS, ms * LONGEST_PART));
	});

	test('a run splits 20 MB', { timeout: 60_000 }, async () => {
		const { statementCount, peakMb } = await measure('20 MB of statements', 'split');
		expect(statementCount).toBe(20_439);
		expect(peakMb).toBeLessThan(BUDGET_MB);
	});
});
