import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
/** Each theme and each width once: colours do not depend on the width, nor does the layout on the theme. */
const LOOKS = [
	{ colorScheme: 'light', size: DESK },
	{ colorScheme: 'dark', size: PHONE },
] as const;
const NARROW = { width: 320, height: 640 };
const NARROW_LOOK = { colorScheme: 'light', size: NARROW } as const;

/**
 * Looks at a page as it is now, in both themes and at both widths, one of each: axe finds nothing, nothing is wider than the screen, and the
 * picture is kept as test-results/screenshots/NAME-THEME-WIDTH.png. The page is left as it was. `withAxe` false: pictures only,
 * for a moment that must be short. `narrow`: on the smallest phones too.
 */
export async function look(page: Page, name: string, { withAxe = true, narrow = false } = {}): Promise<void> {
	const before = page.viewportSize();
	for (const { colorScheme, size } of narrow ? [...LOOKS, NARROW_LOOK] : LOOKS) {
		const here = `${name}-${colorScheme}-${size.width}`;
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		await page.setViewportSize(size);
		// A dialog stands over the screen, not over the whole page.
		const fullPage = !(await page.getByRole('dialog').isVisible());
		await page.screenshot({ path: `test-results/screenshots/${here}.png`, fullPage, animations: 'disabled' });
		const widest = await page.evaluate(() => document.documentElement.scrollWidth);
		expect.soft(widest, `width of ${here}`).toBeLessThanOrEqual(size.width);
		if (withAxe) expect.soft(await violations(page), `axe on ${here}`).toEqual([]);
	}
	await page.emulateMedia({ colorScheme: null, reducedMotion: null });
	if (before) await page.setViewportSize(before);
}

/** What axe's own script says when an element has left the page while it looked. */
const MOVED = /TypeError: Cannot read properties of (undefined|null)/;

/** What axe finds on the page as it is shown now. */
export async function violations(page: Page): Promise<string[]> {
	const found = await new AxeBuilder({ page })
		.options({ resultTypes: ['violations'] })
		// Otherwise every look opens a page of its own, for frames of other origins: there are none here.
		.setLegacyMode(true)
		.analyze()
		.catch((error: Error) => error);
	if (found instanceof Error) {
		// Pages move by themselves: what axe was about to name was gone, and its own script failed. It looks again at what is there now.
		if (!MOVED.test(found.message)) throw found;
		return violations(page);
	}
	return found.violations.map(
		({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
	);
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
