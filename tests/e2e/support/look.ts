import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const WIDTHS = [
	{ width: 1280, height: 800 },
	{ width: 390, height: 844 },
];
const THEMES = ['light', 'dark'] as const;

/**
 * Looks at a page as it is now, in both themes and at both widths: axe finds nothing, nothing is wider than the screen, and the
 * picture is kept as test-results/screenshots/NAME-THEME-WIDTH.png. The page is left as it was.
 */
export async function look(page: Page, name: string): Promise<void> {
	const before = page.viewportSize();
	for (const colorScheme of THEMES) {
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		for (const size of WIDTHS) {
			await page.setViewportSize(size);
			await page.screenshot({
				path: `test-results/screenshots/${name}-${colorScheme}-${size.width}.png`,
				fullPage: true,
				animations: 'disabled',
			});
			const { violations } = await new AxeBuilder({ page }).analyze();
			const found = violations.map(
				({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
			);
			expect.soft(found, `axe on ${name}, ${colorScheme}, ${size.width} px`).toEqual([]);
			const widest = await page.evaluate(() => document.documentElement.scrollWidth);
			expect.soft(widest, `width of ${name}, ${colorScheme}`).toBeLessThanOrEqual(size.width);
		}
	}
	await page.emulateMedia({ colorScheme: null, reducedMotion: null });
	if (before) await page.setViewportSize(before);
}

/** With SCREENSHOTS=1, one picture for the README, of what the screen shows at 1280 px. Else nothing. */
export async function photograph(
	page: Page,
	path: string,
	{ colorScheme, goTo }: { colorScheme: 'light' | 'dark'; goTo?: string },
): Promise<void> {
	if (process.env.SCREENSHOTS !== '1') return;
	if (goTo) await page.goto(goTo);
	await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
	await page.setViewportSize({ width: 1280, height: 900 });
	await page.screenshot({ path, animations: 'disabled' });
	await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}
