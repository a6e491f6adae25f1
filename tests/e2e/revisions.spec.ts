import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js';
import { stage } from './stage/stage.ts';
import { fileChange } from './support/file-change.ts';
import { look } from './support/look.ts';
import { expect, test } from './support/test.ts';

const REFUSED = 'The index must not be left out.\nAdd it before the view.';
const manyLines = (note: string) =>
	Array.from({ length: 60 }, (_, n) => `insert into vh.notes (id, words) values (${n}, '${n === 30 ? note : 'same'}');`).join('\n');
const FIRST = {
	'manifest.yaml': 'version: 1\nphases:\n  - name: All\n    files: [001_table.sql, 002_rows.sql, 003_gone.sql]\n',
	'001_table.sql': 'create table vh.notes (id int primary key, words text);\n',
	'002_rows.sql': `${manyLines('before')}\n`,
	'003_gone.sql': "comment on table vh.notes is 'Notes';\n",
};

function write(folder: string, files: Record<string, string>): string {
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), text);
	}
	return folder;
}

async function zipOf(name: string, files: Record<string, string>) {
	const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
	for (const [path, text] of Object.entries(files)) await writer.add(path, new TextReader(text));
	return { name, mimeType: 'application/zip', buffer: Buffer.from(await (await writer.close()).arrayBuffer()) };
}

test('a refusal stands on top until a revision answers it, which is compared line by line, and copied', async ({ enter }, testInfo) => {
	const rui = await enter('rui');
	const number = await fileChange(rui, {
		target: 'ehg-production',
		title: 'Notes for ventures',
		bundle: { folder: write(testInfo.outputPath('first'), FIRST) },
	});
	const dana = await enter('dana');
	const loading = Promise.withResolvers<void>();
	await dana.route('**/_next/static/**/*.js', async (route) => {
		await loading.promise;
		await route.continue();
	});
	await dana.goto(`/changes/${number}?tab=sql&file=002_rows.sql`, { waitUntil: 'commit' });
	await dana.getByRole('button', { name: '12', exact: true }).click();
	await expect(dana, 'pressed before any script has loaded').toHaveURL(/tab=sql&file=002_rows\.sql&line=&line=12$/);
	loading.resolve();
	await expect(dana.getByLabel('Comment on line 12')).toBeVisible();
	await dana.getByLabel('Comment on line', { exact: true }).fill('31');
	await dana.getByRole('button', { name: 'Open' }).click();
	await dana.getByLabel('Comment on line 31').fill('Why is this one different?');
	await look(dana, 'comment-being-written', { narrow: true });
	await dana.getByRole('button', { name: 'Comment', exact: true }).click();
	const comment = dana.getByRole('article', { name: 'Comment of Dana Brandt on line 31' });
	await expect(comment).toContainText('Why is this one different?');
	await expect(dana.getByLabel('Comment on line 31')).toHaveCount(0);
	await dana.goto(`/changes/${number}/sign?seat=dba`);
	await expect(dana.getByRole('region', { name: 'Your signature' })).toContainText('1 comment must be resolved first');
	await expect(dana.getByRole('button', { name: 'Sign as Database Administrator' })).toHaveCount(0);
	// His page has been open since he filed the change.
	await rui.getByRole('link', { name: 'Comments · 1' }).click();
	await rui.getByRole('button', { name: 'Answer…' }).click();
	await rui.getByLabel('Your answer').fill('It is a typo.');
	await rui.getByRole('button', { name: 'Answer', exact: true }).click();
	await expect(rui.getByRole('list', { name: 'Answers' })).toContainText('It is a typo.');
	await dana.goto(`/changes/${number}/sign?seat=dba&decision=refuse`);
	await dana.getByRole('textbox', { name: 'Why' }).fill(REFUSED);
	await dana.getByLabel(/password/i).fill(stage().password);
	await dana.getByRole('button', { name: 'Refuse as Database Administrator' }).click();
	await expect(dana.getByText(/^Refused\./).last()).toBeVisible();

	const refusal = rui.getByText('Dana Brandt refused revision 1 as Database Administrator');
	await rui.goto(`/changes/${number}`);
	await expect(refusal).toBeVisible();
	await expect(rui.getByRole('blockquote')).toHaveText(`“${REFUSED}”`);
	await expect(rui.getByRole('link', { name: 'Compare' }), 'with one revision there is nothing to compare').toHaveCount(0);
	await look(rui, 'revision-refused', { narrow: true });

	await rui.goto(`/changes/${number}/revise`);
	const second = {
		'manifest.yaml': FIRST['manifest.yaml'].replace('003_gone.sql', '004_index.sql'),
		'002_rows.sql': FIRST['002_rows.sql'].replace('before', 'aft\u200ber'),
		'004_index.sql': 'create index notes_words on vh.notes (words);\n',
	};
	await rui.getByRole('treeitem', { name: /^003_gone/ }).press('Delete');
	await expect(rui.getByRole('status').filter({ hasText: 'Removed: 003_gone.sql' })).toBeVisible();
	await rui.getByTestId('files').setInputFiles(await zipOf('stray.zip', { '../002_rows.sql': 'select 1;' }));
	await expect(rui.getByRole('alert').filter({ hasText: 'Nothing was taken out of stray.zip' })).toContainText('leaves the bundle with ..');
	await rui.getByTestId('files').setInputFiles(await zipOf('second.zip', second));
	await expect(rui.getByRole('alert').filter({ hasText: 'Nothing was taken' })).toHaveCount(0);
	await rui.getByRole('button', { name: /^File revision 2/ }).click();
	await expect(rui).toHaveURL(/\/changes\/\d+$/);
	await expect(refusal).toHaveCount(0);

	const loaded: Promise<string>[] = [];
	dana.on('response', (response) => {
		if (response.url().includes('/_next/static/') && response.url().includes('.js')) loaded.push(response.text().catch(() => ''));
	});
	await dana.goto(`/changes/${number}/sign?seat=dba`);
	const open = dana.getByRole('region', { name: 'Comments · 1 open' });
	await expect(open).toContainText('on revision 1');
	await look(dana, 'sign-with-open-comment', { narrow: true });
	await open.getByRole('link', { name: '002_rows.sql, line 31' }).click();
	await expect(dana.getByText('This is revision 1, which is void')).toBeVisible();
	await expect(comment).toContainText('It is a typo.');
	await look(dana, 'comment-on-old-revision', { narrow: true });
	await comment.getByRole('button', { name: 'Resolve' }).click();
	await expect(dana.getByText('1 resolved comment')).toBeVisible();
	const hasEditor = async () => (await Promise.all(loaded)).some((text) => text.includes('cm-collapsedLines'));
	await dana.goto(`/changes/${number}/sign?seat=dba`);
	await dana.waitForLoadState('networkidle');
	await expect(dana.getByRole('button', { name: 'Sign as Database Administrator' })).toBeVisible();
	expect(await hasEditor(), 'the comparison’s program is not loaded before it is opened').toBe(false);
	await dana.getByRole('link', { name: 'Compare line by line with revision 1' }).click();

	const files = dana.getByRole('navigation', { name: 'Files compared' });
	await expect(files).toContainText('1 added · 1 removed · 2 changed · 1 unchanged');
	await files.getByRole('link', { name: '002_rows.sql' }).click();
	const before = dana.getByRole('textbox', { name: '002_rows.sql in revision 1' });
	const after = dana.getByRole('textbox', { name: '002_rows.sql in revision 2' });
	await expect(before).toContainText("'before'");
	await expect(after).toContainText('aftU+200Ber');
	await expect(after).toHaveAttribute('contenteditable', 'false');
	expect(await hasEditor()).toBe(true);
	await expect(after.getByText(/unchanged lines/)).toHaveCount(2);
	await expect(after).not.toContainText('values (5,');
	await expect(dana.getByRole('region', { name: 'Comments on this file' })).toContainText('1 resolved comment');
	await look(dana, 'revision-compared', { narrow: true });
	await dana.getByRole('button', { name: 'Show all lines' }).click();
	await expect(after).toContainText('values (5,');
	await dana.getByRole('button', { name: 'Fold unchanged lines' }).click();

	await dana.getByRole('link', { name: 'Inline' }).click();
	const inline = dana.getByRole('textbox', { name: '002_rows.sql in revision 2, with what is gone' });
	await expect(inline).toContainText("'before'");
	await dana.goto(dana.url());
	await expect(inline, 'the address is the comparison').toContainText("'before'");
	await look(dana, 'revision-compared-inline');
	await dana.setViewportSize({ width: 320, height: 640 });
	// The editor measures its lines when they are on the screen.
	await inline.scrollIntoViewIfNeeded();
	await expect.poll(() => numbersBesideTheirLines(dana), 'where lines wrap too').toBe(true);
	await dana.screenshot({ path: 'test-results/screenshots/revision-compared-320-settled.png' });
	const sign = await dana.getByRole('link', { name: 'Sign as Database Administrator' }).boundingBox();
	expect((sign?.x ?? 0) + (sign?.width ?? 0), 'the button is whole on the smallest phone').toBeLessThanOrEqual(320);
	await dana.setViewportSize({ width: 1280, height: 800 });
	await dana.goto(`/changes/${number}?tab=compare&from=1&file=003_gone.sql`);
	await expect(dana.getByRole('textbox', { name: '003_gone.sql in revision 1' })).toContainText('Notes');
	const raw = await dana.request.get(`/api/changes/${number}/revisions/1/file?path=003_gone.sql`);
	expect(await raw.text()).toBe(FIRST['003_gone.sql']);
	expect((await (await rui.context().browser()?.newContext())?.request.get(raw.url()))?.status(), 'nobody signed in').toBe(401);
	await expect(dana.getByRole('button', { name: 'File a copy' }), 'she may not file').toHaveCount(0);

	const mei = await enter('mei');
	await mei.goto(`/changes/${number}`);
	await look(mei, 'change-to-copy', { narrow: true });
	await mei.getByRole('button', { name: 'File a copy' }).click();
	await expect(mei).toHaveURL(/\/changes\/new\?draft=/);
	await expect(mei.getByLabel('Title')).toHaveValue('Notes for ventures');
	await expect(mei.getByLabel('Target')).toHaveValue('ehg-production');
	await expect(mei.getByRole('tree', { name: 'Files of the bundle' }).getByRole('treeitem')).toHaveCount(3);
	await expect(mei.getByRole('textbox', { name: 'manifest.yaml' })).toContainText(second['manifest.yaml'].split('\n')[2] as string);
	await mei.getByText('Begin from a template').click();
	await look(mei, 'new-change-templates', { narrow: true });
	await mei.getByRole('button', { name: 'Use add-a-column' }).click();
	await mei.getByRole('dialog').getByRole('button', { name: 'Replace' }).click();
	await expect(mei.getByText('1 file and the manifest of add-a-column are in the form.')).toBeVisible();
	await expect(mei.getByRole('tree', { name: 'Files of the bundle' }).getByRole('treeitem')).toHaveText([/001_add_column\.sql/]);
	await expect(mei.getByRole('textbox', { name: 'manifest.yaml' })).toContainText('The application reads it');
	await expect(mei.getByLabel('Title'), 'what was written stays').toHaveValue('Notes for ventures');
	await mei.getByLabel('Risk').selectOption('low');
	await mei.getByLabel('Ines Duarte').check();
	await mei.getByRole('button', { name: 'File the change' }).click();
	await expect(mei).toHaveURL(/\/changes\/\d+$/);
	await expect(mei.getByRole('main')).toContainText('Mei Tanaka');
	expect(Number(/\d+$/.exec(mei.url())?.[0])).toBeGreaterThan(number);
});

/** Whether every line of the file as it is now has a number at its own height. */
function numbersBesideTheirLines(page: Page): Promise<boolean> {
	return page.evaluate(() => {
		const tops = (selector: string) => [...document.querySelectorAll(selector)].map((one) => Math.round(one.getBoundingClientRect().top));
		const numbers = tops('.cm-lineNumbers .cm-gutterElement');
		return tops('.cm-content > .cm-line').every((line) => numbers.some((number) => Math.abs(number - line) <= 1));
	});
}
