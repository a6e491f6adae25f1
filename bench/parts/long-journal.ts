import { setTimeout as sleep } from 'node:timers/promises';
import { encode } from 'next-auth/jwt';
import type { Store } from '#lib/store/client.ts';
import { withBrowser } from '#scripts/throwaway/browser.ts';
import { signInAs } from '#scripts/throwaway/console.ts';
import { SMALL } from '../databases.ts';
import type { Bench } from '../rounds.ts';
import type { Measured } from '../rows.ts';
import { whileAsleep } from '../sleeping-run.ts';
import { FIRST_SEQ, leaveGap } from './journal-rows.ts';

const LINES = 50_000;
/** A run writes about so many in a second when its statements do nothing. */
const LINES_AT_ONCE = 250;
const EVERY_MS = 100;
/** What the page does to begin with is over. */
const OPENED_MS = 3_000;
const SHOWN_WITHIN_MS = 120_000;
/** What the longest task is compared with: browsers call what is longer a long task. */
const LIMIT_MS = 50;

type Watched = { longTasks: number[] };

/** How long the page of a run keeps the browser busy at once while a very long journal comes to it. */
export async function measureLongJournal(bench: Bench, { judged }: { judged: boolean }): Promise<Measured[]> {
	const longest = await whileAsleep({ ...bench, fixture: SMALL }, (runId) => longestTask(bench, runId));
	return [
		{
			name: `longest task of a run’s page while ${LINES.toLocaleString('en')} lines come`,
			ours: longest,
			baseline: LIMIT_MS,
			unit: 'ms',
			required: judged ? 1 : null,
		},
	];
}

async function longestTask({ console, web, say }: Bench, runId: string): Promise<number> {
	await leaveGap(console.store, runId);
	const { id: personId, sessionId } = await signInAs(console, 'operator');
	const value = await encode({ token: { personId, sessionId }, secret: web.secret });
	return withBrowser([], async (browser) => {
		const context = await browser.newContext();
		await context.addCookies([{ name: 'next-auth.session-token', value, url: web.url }]);
		const page = await context.newPage();
		await page.goto(`${web.url}/runs/${runId}`);
		await sleep(OPENED_MS);
		await page.evaluate(watchLongTasks);
		await writeLines(console.store, runId);
		await page.locator(`[data-seq="${FIRST_SEQ + LINES}"]`).waitFor({ state: 'attached', timeout: SHOWN_WITHIN_MS });
		const longTasks = await page.evaluate(() => (window as unknown as Watched).longTasks);
		const elements = await page.locator('*').count();
		const longest = Math.max(0, ...longTasks);
		say(`  ${LINES} lines: ${longTasks.length} tasks above 50 ms, the longest ${longest} ms; ${elements} elements in the page`);
		return longest;
	});
}

/** In the page: writes down how long the tasks are that are longer than 50 ms. */
function watchLongTasks(): void {
	const longTasks: number[] = [];
	(window as unknown as Watched).longTasks = longTasks;
	new PerformanceObserver((list) => {
		for (const { duration } of list.getEntries()) longTasks.push(Math.round(duration));
	}).observe({ type: 'longtask' });
}

/** As a run writes them: a row a statement, many rows in one transaction. */
async function writeLines(store: Store, runId: string): Promise<void> {
	for (let written = 0; written < LINES; written += LINES_AT_ONCE) {
		const next = sleep(EVERY_MS);
		const data = Array.from({ length: LINES_AT_ONCE }, (_, n) => {
			const index = written + n + 1;
			const statement = {
				index,
				total: LINES,
				file: 'many.sql',
				line: index,
				sql: `insert into eng.tiny values (${index}, 'row ${index}')`,
			};
			const step = 'transaction';
			return { runId, seq: FIRST_SEQ + index, at: new Date(), step, phase: 'statement done', data: { ...statement, ms: 1, rows: 1 } };
		});
		await store.journalEntry.createMany({ data });
		await next;
	}
}
