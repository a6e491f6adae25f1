import type { Page } from '@playwright/test';
import { withLighthouse } from '#scripts/throwaway/judge-pages.ts';
import { stage } from './stage/stage.ts';
import { approve } from './support/approve.ts';
import { inConsole, runReaches } from './support/databases.ts';
import { fileChange } from './support/file-change.ts';
import { confirmExecute, pressExecute } from './support/take-through.ts';
import { expect, test } from './support/test.ts';
import { scriptBytes, statementsOf, whileStatementsAreLogged } from './support/weigh.ts';

/** Of a file, and how many of them are statements. */
const LINES = 50_000;
const STATEMENTS = 2_000;
const MOST_ELEMENTS = 8_000;

type Shift = { at: number; value: number; hadRecentInput: boolean; of: string[] };
type Watched = { shifts: Shift[] };

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
	const shifts = await olga.evaluate(() => (window as unknown as Watched).shifts);
	expect(worstWindow(shifts)).toBeLessThan(0.05);
	const shown = olga.getByRole('region', { name: 'Log lines' }).locator('[data-seq]');
	// While they came only the last were shown; when it is calm, a whole block again.
	await expect.poll(() => shown.count()).toBeGreaterThanOrEqual(300);
	expect(await shown.count()).toBeLessThanOrEqual(600);
	expect(await olga.locator('*').count()).toBeLessThan(MOST_ELEMENTS);
	await expect(olga.getByRole('button', { name: /^Show 300 of [\d,]+ earlier lines$/ })).toBeVisible();
	await expect(olga.getByRole('button', { name: 'Follow', exact: true })).toBeHidden();
	const text = await olga.request.get(`${new URL(olga.url()).pathname.replace('/runs/', '/api/runs/')}/log.txt`);
	expect((await text.text()).match(/change\.sql:\d+ in \d+ ms/g)).toHaveLength(STATEMENTS);
	await olga.screenshot({ path: 'test-results/screenshots/run-many-lines.png' });
	await seeOnPaper(olga, 'run-many-lines');
	await olga.goto(`/changes/${number}?tab=checks`);
	await seeOnPaper(olga, 'change-checks');
});

/** What a browser loads beside the HTML, compressed as it is served, as it was measured: 144 to 150 kB, of which Next and React are 132. */
const MOST_SCRIPT_BYTES = 150_000;
/** The page of a run folds its journal and draws its charts as it goes on. */
const MOST_OF_A_RUN = 167_000;
/** The form of a change reads and writes YAML; its editor comes with the first file. */
const MOST_OF_THE_FORM = 205_000;
const MOST_STATEMENTS = 12;

test('a page asks the console’s database at most 12 times, and loads little more JavaScript than Next and React', async ({
	enter,
	arrive,
}) => {
	const mei = await enter('mei');
	const number = await fileChange(mei, { target: 'ehg-production', title: 'To be weighed', bundle: { sql: 'select 1;' } });
	const run = await aRun(() => enter('olga'));
	const dana = await enter('dana');
	const paths = ['/', '/changes', `/changes/${number}`, `/changes/${number}/sign?seat=dba`, `/runs/${run}`, '/targets', '/record'];
	expect.soft(await scriptBytes(await arrive(), '/sign-in'), 'scripts of /sign-in').toBeLessThanOrEqual(MOST_SCRIPT_BYTES);
	expect.soft(await scriptBytes(mei, '/changes/new'), 'scripts of the form').toBeLessThanOrEqual(MOST_OF_THE_FORM);
	for (const path of paths) {
		const most = path.startsWith('/runs/') ? MOST_OF_A_RUN : MOST_SCRIPT_BYTES;
		expect.soft(await scriptBytes(dana, path), `scripts of ${path}`).toBeLessThanOrEqual(most);
	}
	await whileStatementsAreLogged(async () => {
		for (const path of paths) {
			const statements = await statementsOf(dana, path);
			expect.soft(statements.length, `${path}:\n${statements.join('\n')}`).toBeLessThanOrEqual(MOST_STATEMENTS);
			expect.soft(statements, `${path} asks who is signed in`).not.toEqual([]);
		}
	});
});

test('Lighthouse finds the pages of a signer accessible, and made as browsers want them', async ({ enter }) => {
	const dana = await enter('dana');
	const [change] = await inConsole<{ number: string }>('select max(number) as number from change');
	const cookie = (await dana.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
	const pages = [
		{ path: '/sign-in', cookie: null },
		{ path: `/changes/${change?.number}`, cookie },
	];
	await withLighthouse(async (judge) => {
		for (const { path, cookie } of pages) {
			const judged = await judge({ url: `${stage().url}${path}`, cookie, categories: ['accessibility', 'best-practices'] });
			for (const [category, points] of Object.entries(judged.scores))
				expect.soft(points, `${category} of ${path}: ${judged.lost.join('; ')}`).toBeGreaterThanOrEqual(95);
		}
	});
});

/** The id of a run that a test before this one has made, or of one that is made for it. */
async function aRun(enter: () => Promise<Page>): Promise<string> {
	const [known] = await inConsole<{ id: string }>(`select id from run where status = 'succeeded' limit 1`);
	if (known) return known.id;
	const { number } = await approve({ target: 'ehg-production', title: 'A run to be weighed', bundle: { sql: 'select 1;' } });
	const olga = await enter();
	await pressExecute(olga, number);
	await confirmExecute(olga);
	return (await runReaches(number, 'succeeded')).id;
}

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

/** In the page, before anything of it: writes down what moves. */
function watchShifts(): void {
	const shifts: Shift[] = [];
	(window as unknown as Watched).shifts = shifts;
	type LayoutShift = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] };
	const nameOf = (node: Node | null) =>
		node instanceof Element ? `${node.tagName} ${node.className} ${node.textContent?.slice(0, 40)}` : '?';
	new PerformanceObserver((list) => {
		for (const { startTime, value, hadRecentInput, sources } of list.getEntries() as LayoutShift[])
			shifts.push({ at: startTime, value, hadRecentInput, of: sources.map(({ node }) => nameOf(node)) });
	}).observe({ type: 'layout-shift', buffered: true });
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
