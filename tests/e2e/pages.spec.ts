import type { Locator, Page } from '@playwright/test';
import { stage } from './stage/stage.ts';
import { inConsole } from './support/databases.ts';
import { fileChange } from './support/file-change.ts';
import { look } from './support/look.ts';
import { expect, test } from './support/test.ts';

test('a hostile title and SQL with markup are text, and the content security policy has nothing to report', async ({ enter }) => {
	const title = `<script>alert(1)</script>"><img src=x onerror=alert(2)>`;
	const comment = `-- </pre><img src=x onerror="alert(3)">{{7*7}}`;
	const page = await enter('mei');
	page.on('dialog', (dialog) => {
		throw new Error(`the page asked: ${dialog.message()}`);
	});
	const number = await fileChange(page, { target: 'ehg-production', title, bundle: { sql: `${comment}\nselect 1;` } });
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
	await page.goto(`/changes/${number}?tab=sql`);
	await expect(page.getByText(comment).first()).toBeVisible();
	for (const path of ['/changes', '/record']) {
		await page.goto(path);
		await expect(page.getByText(title).first()).toBeVisible();
	}
	expect(await page.locator('img[src="x"]').count()).toBe(0);
});

test('lists, targets and the page that is not there pass axe in both themes', async ({ enter, expectComplaint }) => {
	expectComplaint(/status of 404/);
	const page = await enter('olga');
	await page.goto('/changes');
	await look(page, 'changes');
	await page.goto('/changes?q=nothing+is+called+this');
	await expect(page.getByText('No change matches these filters')).toBeVisible();
	await page.goto('/targets');
	await expect(page.getByRole('heading', { name: 'Targets', level: 1 })).toBeVisible();
	await expect(page.getByRole('main')).toContainText('ehg-production-nightly');
	await expect(page.getByText(/^At BEGIN the backup is about .* old; 15 min are allowed\.$/).first()).toBeVisible();
	await expect(page.getByText('The default rate is that of 2 processors', { exact: false }).first()).toBeVisible();
	await look(page, 'targets');
	await page.getByRole('link', { name: 'Calendar' }).click();
	await expect(page.getByRole('heading', { name: 'Calendar', level: 1 })).toBeVisible();
	await expect(page.getByText('Window open').first()).toBeVisible();
	await look(page, 'calendar');
	await page.goto('/operations');
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await look(page, 'operations');
	expect((await page.goto('/nowhere'))?.status()).toBe(404);
	await look(page, 'not-found');
	for (const path of ['/runs/00000000-0000-4000-8000-000000000000', '/changes/999999']) {
		expect((await page.goto(path))?.status()).toBe(404);
		await expect(page.getByRole('heading', { level: 1, name: 'Page not found' })).toBeVisible();
	}
	await look(page, 'not-found-in-console');
});

test('a signer reads and signs by keyboard alone', async ({ enter }) => {
	const mei = await enter('mei');
	const number = await fileChange(mei, {
		target: 'ehg-production',
		title: 'Signed without a mouse',
		bundle: { sql: 'create table eng.keyboard (id int);' },
	});
	await mei.goto(`/changes/${number}/revise`);
	await look(mei, 'revise');
	const page = await enter('dana');
	await page.goto(`/changes/${number}/sign?seat=dba&decision=refuse`);
	await look(page, 'refuse');
	await page.goto('/');
	await tabTo(page, page.getByRole('link', { name: `Read and sign CHG-${number}` }));
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { name: 'Signed without a mouse', level: 1 })).toBeVisible();
	await tabTo(page, page.getByRole('link', { name: 'Sign as Database Administrator' }));
	await page.keyboard.press('Enter');
	await expect(page.getByLabel(/password/i)).toBeVisible();
	await tabTo(page, page.getByLabel(/password/i));
	await page.keyboard.type(stage().password);
	await page.keyboard.press('Enter');
	await expect(page.getByText(/^Signed\./).last()).toBeVisible();
	expect(await inConsole('select status from change where number = $1', [number])).toEqual([{ status: 'awaiting_security_officer' }]);
});

test('what a restore does not undo stands in the plan and beside what is signed', async ({ enter }) => {
	const mei = await enter('mei');
	const sql = `create role reporting;\ngrant analyst_ro to reporting;\nalter role reporting set work_mem = '64MB';\ncreate table eng.reports (id int);`;
	const number = await fileChange(mei, { target: 'ehg-production', title: 'A login for the reports', bundle: { sql } });
	await expect(mei.getByRole('region', { name: 'In words' }).getByText('Belongs to the whole cluster')).toHaveCount(3);
	await look(mei, 'change-beyond-restore');
	const dana = await enter('dana');
	await dana.goto(`/changes/${number}/sign?seat=dba`);
	const section = dana.getByRole('region', { name: 'What a restore does not undo' });
	await expect(section.getByRole('listitem')).toHaveCount(3);
	await expect(section).toContainText('Creates role reporting');
	await expect(section).not.toContainText('eng.reports');
	await look(dana, 'sign-beyond-restore');
});

test('the slash key goes to search', async ({ enter }) => {
	const page = await enter('dana');
	await page.goto('/changes');
	// Before the page has come alive, a key finds nobody who listens.
	await expect(async () => {
		await page.keyboard.press('/');
		await expect(page.getByRole('searchbox', { name: 'Search' })).toBeFocused({ timeout: 500 });
	}).toPass();
});

/** Presses Tab until the element has the focus, and sees that the focus is shown. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
	for (let presses = 0; presses < 60; presses++) {
		await page.keyboard.press('Tab');
		if (await wanted.evaluate((element) => element === document.activeElement)) {
			expect(await wanted.evaluate((element) => getComputedStyle(element).outlineStyle)).not.toBe('none');
			return;
		}
	}
	throw new Error(`60 presses of Tab do not reach ${wanted}`);
}
