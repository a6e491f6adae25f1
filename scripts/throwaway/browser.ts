import { type Browser, chromium } from '@playwright/test';
import { ensureChromium } from '#scripts/set-up/chromium.ts';

const FLAGS = ['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];

/** A browser for the duration of `work`. `flags`: what it is started with beside the usual. */
export async function withBrowser<T>(flags: string[], work: (browser: Browser) => Promise<T>): Promise<T> {
	const isRoot = process.getuid?.() === 0; // Chromium's sandbox refuses to work for root.
	const browser = await chromium.launch({
		executablePath: await ensureChromium(),
		args: [...flags, ...(isRoot ? ['--no-sandbox'] : []), ...FLAGS],
	});
	try {
		return await work(browser);
	} finally {
		await browser.close();
	}
}
