import type { Page } from '@playwright/test';
import { inConsole } from './support/databases.ts';
import { submitChange, textIn, writeSql } from './support/file-change.ts';
import { look } from './support/look.ts';
import { expect, test } from './support/test.ts';

const SAVED = /^Saved \d\d:\d\d:\d\d UTC$/;
const file = (name: string, text: string) => ({ name, mimeType: 'application/sql', buffer: Buffer.from(text) });
const files = (page: Page) => page.getByRole('tree', { name: 'Files of the bundle' }).getByRole('treeitem');
const status = (page: Page, words: RegExp | string) => page.getByRole('status').filter({ hasText: words });

/** A form with a draft that is saved; returns the draft's address. */
async function begin(page: Page, title: string): Promise<string> {
	await page.goto('/changes/new');
	await page.getByLabel('Title').fill(title);
	await page.getByTestId('files').setInputFiles([file('a.sql', 'select 1;'), file('b.sql', 'select 2;')]);
	await expect(status(page, SAVED)).toBeVisible();
	await expect(page).toHaveURL(/\/changes\/new\?draft=[0-9a-f-]{36}$/);
	return page.url();
}

/** Where the form reads a file of the only draft. */
async function askForFile(path: string): Promise<string> {
	const [kept] = await inConsole<{ id: string; version: string; stored_at: string }>(
		'select id, version, stored_at from draft join draft_file on draft_id = id where path = $1',
		[path],
	);
	const draft = { id: kept?.id, version: Number(kept?.version) };
	return `/api/drafts/file?${new URLSearchParams({ ask: JSON.stringify({ draft, file: { path, storedAt: Number(kept?.stored_at) }, revises: null }) })}`;
}

test.beforeEach(async () => {
	await inConsole('delete from draft');
});

test('what is typed and chosen is there after a reload, in the inbox, and on another computer; discarded it is nowhere', async ({
	enter,
	arrive,
}) => {
	const page = await enter('rui');
	const address = await begin(page, 'Half a thought');
	await page.reload();
	await expect(page.getByLabel('Title')).toHaveValue('Half a thought');
	await expect(files(page)).toHaveCount(2);
	await look(page, 'draft-reopened', { narrow: true });

	const elsewhere = await enter('rui');
	const drafts = elsewhere.getByRole('region', { name: 'Your drafts' });
	await expect(drafts).toContainText('Half a thought');
	await look(elsewhere, 'inbox-drafts', { narrow: true });
	await elsewhere.goto(address);
	await expect(files(elsewhere)).toHaveCount(2);
	const mei = await enter('mei');
	await mei.goto(address);
	await expect(mei.getByText('This draft is not here any more'), 'nobody else opens it').toBeVisible();
	const ask = await askForFile('a.sql');
	expect(await (await elsewhere.request.get(ask)).text()).toBe('select 1;');
	expect((await mei.request.get(ask)).status(), 'nor gets a file of it').toBe(422);
	expect((await (await arrive()).request.get(ask)).status(), 'nobody signed in').toBe(401);
	const foreign = { headers: { origin: 'https://elsewhere.example' }, multipart: { revises: 'null' } };
	expect((await mei.request.post('/api/drafts/check', foreign)).status(), 'another site asks for no check').toBe(403);

	await elsewhere.goto('/');
	await drafts.getByRole('button', { name: 'Discard' }).click();
	await look(elsewhere, 'draft-discard');
	await elsewhere.getByRole('button', { name: 'Discard the draft' }).click();
	await expect(drafts).toHaveCount(0);
	expect(await inConsole('select 1 from draft')).toEqual([]);
});

test('of two tabs the later one is told, and chooses: the other’s text, or its own over it', async ({ enter }) => {
	const one = await enter('rui');
	const address = await begin(one, 'Two tabs');
	const two = await one.context().newPage();
	await two.goto(address);
	await two.getByLabel('Title').fill('The second tab');
	await expect(status(two, SAVED)).toBeVisible();

	await one.getByLabel('Title').fill('The first tab');
	await expect(one.getByText(/^This draft was saved in another tab/)).toBeVisible();
	await look(one, 'draft-conflict', { narrow: true });
	await one.getByRole('button', { name: 'Load the other one' }).click();
	await expect(one.getByLabel('Title')).toHaveValue('The second tab');

	await one.getByLabel('Title').fill('The first tab again');
	await expect.poll(() => inConsole('select title from draft')).toEqual([{ title: 'The first tab again' }]);
	await two.getByLabel('Title').fill('Knowingly over it');
	await two.getByRole('button', { name: 'Overwrite it with what is here' }).click();
	await expect.poll(() => inConsole('select title from draft')).toEqual([{ title: 'Knowingly over it' }]);
	await expect(files(two)).toHaveCount(2);
});

test('when the session has ended the form says so and loses nothing, and it saves when the person is back', async ({
	enter,
	expectComplaint,
}) => {
	expectComplaint(/401 \(Unauthorized\) .*\/api\/drafts\/check/);
	const page = await enter('mei');
	await begin(page, 'Before the end');
	const cookies = await page.context().cookies();
	await page.context().clearCookies();
	await page.getByLabel('Title').fill('After the end');
	await writeSql(page, 'b.sql', 'select 2, 2;');
	await expect(status(page, 'Not saved: your session has ended.')).toBeVisible();
	await look(page, 'draft-signed-out');
	await page.context().addCookies(cookies);
	await page.reload();
	await expect(page.getByLabel('Title')).toHaveValue('After the end');
	await expect.poll(() => inConsole('select title from draft')).toEqual([{ title: 'After the end' }]);
	const stored = await inConsole(`select convert_from(bytes, 'UTF8') as sql from draft_file order by path`);
	expect(stored, 'what was written into a file too').toEqual([{ sql: 'select 1;' }, { sql: 'select 2, 2;' }]);
});

test('a file whose path is there already takes its place, and the form says so', async ({ enter }) => {
	const page = await enter('rui');
	await begin(page, 'Replacing');
	await page.getByTestId('files').setInputFiles(file('a.sql', 'select 1111;'));
	await expect(status(page, 'Replaced by what you chose now: a.sql')).toBeVisible();
	await expect(files(page)).toHaveCount(2);
	await writeSql(page, 'b.sql', 'select 22;');
	await page.getByTestId('files').setInputFiles(file('b.sql', 'select 222;'));
	await expect(status(page, 'Replaced by what you chose now: b.sql')).toBeVisible();
	const editor = page.getByRole('textbox', { name: 'b.sql', exact: true });
	await expect.poll(() => textIn(editor)).toBe('select 222;');
	await look(page, 'draft-replaced');
	await page.getByRole('button', { name: 'Put back' }).click();
	await expect.poll(() => textIn(editor)).toBe('select 22;');
});

test('a draft that was opened again is filed with its files, and is a draft no more; so is that of a revision', async ({ enter }) => {
	const page = await enter('rui');
	const bundle = { sql: 'create index concurrently refused on eng.a (id);' };
	await submitChange(page, { target: 'ehg-production', title: 'Filed the next day', bundle });
	await expect(page.getByText(/^The bundle was refused/)).toBeVisible();
	await page.getByRole('button', { name: 'Remove change.sql' }).click();
	await page.getByTestId('files').setInputFiles(file('a.sql', 'create table eng.drafted (id int);'));
	await expect(status(page, SAVED)).toBeVisible();
	await page.reload();
	await page.getByRole('button', { name: 'File the change' }).click();
	await expect(page).toHaveURL(/\/changes\/\d+$/);
	expect(await inConsole('select 1 from draft')).toEqual([]);

	await page.goto(`${page.url()}/revise`);
	await page.getByTestId('files').setInputFiles(file('b.sql', 'create table eng.drafted_too (id int);'));
	await expect(status(page, SAVED)).toBeVisible();
	await page.reload();
	await expect(files(page)).toHaveCount(2);
	await page.getByRole('button', { name: 'File revision 2' }).click();
	await expect(page).toHaveURL(/\/changes\/\d+$/);
	expect(await inConsole('select path from revision_file f join revision r on r.id = f.revision_id where r.number = 2')).toHaveLength(2);
	expect(await inConsole('select 1 from draft')).toEqual([]);
});

test('a page that is left while a save is under way goes to the other page when that comes, however late', async ({ enter }) => {
	const page = await enter('rui');
	await page.goto('/changes/new');
	const saving = gate();
	const leaving = gate();
	await page.route(
		(url) => url.pathname === '/changes/new',
		async (route) => {
			if (route.request().method() !== 'POST') return route.fallback();
			const response = await route.fetch();
			await saving.passed();
			await route.fulfill({ response });
		},
	);
	await page.route(
		({ pathname, searchParams }) => pathname === '/' && searchParams.has('_rsc'),
		async (route) => {
			await leaving.passed();
			await route.fallback();
		},
	);
	await page.getByLabel('Title').fill('Left slowly');
	await saving.reached;
	await page.getByRole('link', { name: 'Inbox' }).click();
	await leaving.reached;
	saving.open();
	await expect(page.getByRole('status')).toContainText('Saved');
	leaving.open();
	await expect(page.getByRole('region', { name: 'Your drafts' })).toContainText('Left slowly');
	expect(new URL(page.url()).pathname).toBe('/');
});

test('a page that is left at once, for another one of the console, saves what was typed, and the other page stays', async ({ enter }) => {
	const page = await enter('rui');
	await page.goto('/changes/new');
	await page.getByLabel('Title').fill('Left at once');
	await page.getByRole('link', { name: 'Inbox' }).click();
	await expect(page.getByRole('region', { name: 'Your drafts' })).toContainText('Left at once');
	expect(new URL(page.url()).pathname).toBe('/');
});

/** Holds what comes to it until it is opened. */
function gate() {
	let reach = () => {};
	let open = () => {};
	const reached = new Promise<void>((resolve) => {
		reach = resolve;
	});
	const opened = new Promise<void>((resolve) => {
		open = resolve;
	});
	const passed = () => {
		reach();
		return opened;
	};
	return { reached, open, passed };
}
