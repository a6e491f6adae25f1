import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		projects: [
			// A limit for what hangs, not a measure: a busy machine is slow.
			{ test: { name: 'unit', include: ['tests/unit/**/*.test.ts'], testTimeout: 60_000 } },
			{
				test: {
					name: 'integration',
					include: ['tests/integration/**/*.test.ts'],
					globalSetup: 'tests/support/global-setup.ts',
					// Real servers on machines with few processors: two files at a time, and time enough for each test.
					maxWorkers: 2,
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
