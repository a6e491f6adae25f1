import type { Page } from '@playwright/test';
import { approve } from './support/approve.ts';
import { runReaches } from './support/databases.ts';
import { confirmExecute, pressExecute } from './support/take-through.ts';
import { expect, test } from './support/test.ts';

/** Of a file, and how many of them are statements. */
const LINES = 50_000;
const STATEMENTS = 2_000;
const MOST_ELEMENTS = 8_000;

type Shift = { at: number; value: number; hadRecentInput: boolean; of: string[] };
type Watched = { watched: { shifts: Shift[]; longTasks: number[] } };

test('while a run streams thousands of lines nothing on its page jumps, and a long file has few elements', async ({ enter }) => {
	test.setTimeout(400_000);
	const sql = `${'-- A long file.\n'.repeat(LINES - STATEMENTS)}${'select 1;\n'.repeat(STATEMENTS)}`;
	const { number } = await approve({ target: 'ehg-production', title: 'Many statements in a long file', bundle: { sql } });
	const olga = await enter('olga');
	await olga.goto(`/changes/${number}?tab=sql`);
	await expect(olga.getByText(`Lines 1–1,000 of ${LINES.toLocaleString('en')}`).first()).toBeVisible();
	expect(await olga.locator('*').count()).toBeLessThan(MOST_ELEMENTS);
	await expect(olga.getByRole('link', { name: 'The whole file as text' }).first()).toBeVisible();

	await olga.addInitScript(watchShifts);
	await pressExecute(olga, number);
	await confirmExecute(olga);
	await runReaches(number, 'succeeded', 200_000);
	await expect(olga.getByRole('heading', { name: 'Succeeded', exact: true })).toBeVisible();
	const { shifts } = await olga.evaluate(() => (window as unknown as Watched).watched);
	expect(worstWindow(shifts)).toBeLessThan(0.05);
	expect(await olga.getByRole('region', { name: 'Log lines' }).locator('[data-seq]').count()).toBeLessThanOrEqual(600);
	await expect(olga.getByRole('button', { name: /^Show 300 of [\d,]+ earlier lines$/ })).toBeVisible();
	await expect(olga.getByRole('button', { name: 'Follow', exact: true })).toBeHidden();
	const text = await olga.request.get(`${new URL(olga.url()).pathname.replace('/runs/', '/api/runs/')}/log.txt`);
	expect((await text.text()).match(/change\.sql:\d+ in \d+ ms/g)).toHaveLength(STATEMENTS);
	await olga.screenshot({ path: 'test-results/screenshots/run-many-lines.png' });
	await seeOnPaper(olga, 'run-many-lines');
	await olga.goto(`/changes/${number}?tab=checks`);
	await seeOnPaper(olga, 'change-checks');
});

/** What a printer gets: nothing scrolls on paper, so nothing may be cut off, and the page is as wide as A4. */
async function seeOnPaper(page: Page, name: string): Promise<void> {
	const before = page.viewportSize();
	await page.emulateMedia({ media: 'print' });
	await page.setViewportSize({ width: 680, height: 960 });
	await page.screenshot({ path: `test-results/screenshots/${name}-print.png`, fullPage: true });
	const cut = await page.evaluate(() =>
		[...document.querySelectorAll('main *')]
			.filter(
				(element) =>
					element.clientHeight > 0 && getComputedStyle(element).overflowY !== 'visible' && element.scrollHeight > element.clientHeight + 1,
			)
			.map((element) => `${element.tagName} ${element.className}`),
	);
	expect.soft(cut, `cut off in ${name}`).toEqual([]);
	expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), `width of ${name} on paper`).toBeLessThanOrEqual(680);
	await page.emulateMedia({ media: null });
	if (before) await page.setViewportSize(before);
}

/** In the page, before anything of it: writes down what moves and which tasks are long. */
function watchShifts(): void {
	const watched: Watched['watched'] = { shifts: [], longTasks: [] };
	(window as unknown as Watched).watched = watched;
	type LayoutShift = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] };
	const nameOf = (node: Node | null) =>
		node instanceof Element ? `${node.tagName} ${node.className} ${node.textContent?.slice(0, 40)}` : '?';
	new PerformanceObserver((list) => {
		for (const { startTime, value, hadRecentInput, sources } of list.getEntries() as LayoutShift[])
			watched.shifts.push({ at: startTime, value, hadRecentInput, of: sources.map(({ node }) => nameOf(node)) });
	}).observe({ type: 'layout-shift', buffered: true });
	new PerformanceObserver((list) => {
		for (const { duration } of list.getEntries()) watched.longTasks.push(Math.round(duration));
	}).observe({ type: 'longtask', buffered: true });
}

/** The measure that browsers call cumulative layout shift: the worst five seconds, with no second without a shift in them. */
function worstWindow(shifts: Shift[]): number {
	let [worst, sum, from, last] = [0, 0, 0, Number.NEGATIVE_INFINITY];
	for (const { at, value } of shifts.filter(({ hadRecentInput }) => !hadRecentInput)) {
		if (at - last > 1_000 || at - from > 5_000) [sum, from] = [0, at];
		last = at;
		sum += value;
		worst = Math.max(worst, sum);
	}
	return worst;
}
