import { readFileSync } from 'node:fs';

/** The file that vitest's or Playwright's JSON reporter, the fault table, or the tests of the major versions write. */
export type Report = { path: string; by: 'vitest' | 'playwright' | 'faults' | 'versions' };
export type Counts = { passed: number; failed: number };

/** How many tests passed and failed. Throws when the report is not there: its part crashed before it could write it. */
export function countTests({ path, by }: Report): Counts {
	const report = JSON.parse(readFileSync(path, 'utf8'));
	if (by === 'vitest') return { passed: report.numPassedTests, failed: report.numFailedTests };
	if (by === 'versions') return report as Counts;
	if (by === 'faults') {
		const rows = report.rows as { pass: boolean | null }[];
		return { passed: rows.filter(({ pass }) => pass === true).length, failed: rows.filter(({ pass }) => pass === false).length };
	}
	// A flaky test failed once: that is a failure to look at.
	const { expected, unexpected, flaky } = report.stats;
	return { passed: expected, failed: unexpected + flaky };
}
