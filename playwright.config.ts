import { defineConfig, devices } from '@playwright/test';
import { CHROMIUM_FLAGS, ensureChromium } from '#scripts/set-up/chromium.ts';

export default defineConfig({
	testDir: 'tests/e2e',
	// test-results holds the other parts' reports and the screenshots too, and this folder is emptied first.
	outputDir: 'test-results/e2e',
	globalSetup: './tests/e2e/global-setup.ts',
	// One console, one browser: the tests come one after another, as on a machine with two processors they must.
	workers: 1,
	forbidOnly: Boolean(process.env.CI),
	// Generous: what is waited for is told by each expectation, and a busy machine is ten times slower.
	timeout: 240_000,
	expect: { timeout: 30_000 },
	use: {
		// An element that is not there is told, and not waited for until the test's own limit.
		actionTimeout: 30_000,
		...devices['Desktop Chrome'],
		viewport: { width: 1280, height: 800 },
		locale: 'en-GB',
		timezoneId: 'UTC',
		// A trace of every test would cost as much as the test; `--trace on` makes one of a test that failed.
		screenshot: 'only-on-failure',
		launchOptions: { executablePath: await ensureChromium(), args: CHROMIUM_FLAGS },
	},
});
