import { join } from 'node:path';
import type { Report } from './count-tests.ts';

export type Part = {
	name: string;
	/** What Node runs: a file below the project's folder, and its arguments. */
	args: string[];
	/** Added to the environment of this process. */
	env?: Record<string, string>;
	/** Where a part that runs tests leaves what it counted; null for one that only looks at the sources. */
	report: Report | null;
};

export const ROOT = join(import.meta.dirname, '../..');
/** Kept after the tests: reports, traces and screenshots. */
export const RESULTS = join(ROOT, 'test-results');

/** One after the other, the quick ones first. `npm run validate` has these too. */
export const QUICK_PARTS: Part[] = [
	{ name: 'lint', args: ['node_modules/@biomejs/biome/bin/biome', 'check', '.'], report: null },
	{ name: 'types', args: ['node_modules/typescript/bin/tsc', '--noEmit'], report: null },
	{ name: 'dead code', args: ['node_modules/knip/bin/knip.js'], report: null },
	vitest('unit'),
];

/** Then these lanes side by side: what waits for a lease to end, or for a page, leaves the processors to the others. */
export const LANES: Part[][] = [
	[
		vitest('integration'),
		// A short form for every supported major version of PostgreSQL, its newest minor release.
		{
			name: 'versions',
			args: ['scripts/test-versions/main.ts', '--short'],
			report: { path: join(RESULTS, 'versions.json'), by: 'versions' },
		},
	],
	[
		{ name: 'faults', args: ['scripts/test-faults/main.ts'], report: { path: join(RESULTS, 'faults.json'), by: 'faults' } },
		{
			name: 'e2e',
			args: ['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json'],
			report: { path: join(RESULTS, 'e2e.json'), by: 'playwright' },
		},
		vitest('model'),
	],
];

/** `only`: files whose path holds one of these; all by default. `except`: a pattern of how the names of tests begin that are left out. */
export function vitest(project: 'unit' | 'integration' | 'model', only: string[] = [], { except }: { except?: string } = {}): Part {
	const path = join(RESULTS, `${project}.json`);
	return {
		name: project,
		args: [
			'node_modules/vitest/vitest.mjs',
			'run',
			...only,
			...(except ? [`--testNamePattern=^(?!${except})`] : []),
			'--project',
			project,
			'--reporter=default',
			'--reporter=json',
			`--outputFile.json=${path}`,
		],
		report: { path, by: 'vitest' },
	};
}
