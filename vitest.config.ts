import { defineConfig } from 'vitest/config';
import { FILES_AT_ONCE } from './tests/support/files-at-once.ts';

export default defineConfig({
	test: {
		projects: [
			// A limit for what hangs, not a measure: a busy machine is slow.
			{ test: { name: 'unit', include: ['tests/unit/**/*.test.ts'], maxWorkers: FILES_AT_ONCE, testTimeout: 60_000 } },
			{
				test: {
					name: 'integration',
					include: ['tests/integration/**/*.test.ts'],
					globalSetup: 'tests/support/global-setup.ts',
					maxWorkers: FILES_AT_ONCE,
					testTimeout: 180_000,
					hookTimeout: 180_000,
				},
			},
			{
				test: {
					name: 'model',
					include: ['tests/faults/*.test.ts'],
					globalSetup: 'tests/support/global-setup.ts',
					hookTimeout: 180_000,
				},
			},
		],
	},
});
