import { type Browser, chromium } from '@playwright/test';
import { CHROMIUM_FLAGS, ensureChromium } from '#scripts/set-up/chromium.ts';

/** A browser for the duration of `work`. `flags`: what it is started with beside the usual. */
export async function withBrowser<T>(flags: string[], work: (browser: Browser) => Promise<T>): Promise<T> {
	const browser = await chromium.launch({
		executablePath: await ensureChromium(),
		args: [...flags, ...CHROMIUM_FLAGS],
	});
	try {
		return await work(browser);
	} finally {
		await browser.close();
	}
}
