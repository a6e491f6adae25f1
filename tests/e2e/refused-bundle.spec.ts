import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { inConsole } from './support/databases.ts';
import { fillEditor, submitChange, textIn, writeSql } from './support/file-change.ts';
import { look } from './support/look.ts';
import { expect, test } from './support/test.ts';

/** One flaw a file, each at a place of its own. */
const FILES = {
	'manifest.yaml':
		'version: 1\nphases:\n  - name: All\n    files: [001_commit.sql, 002_index.sql, 003_include.sql, 004_syntax.sql, 005_missing.sql]\n',
	'001_commit.sql': 'create table eng.a (id int);\n  commit;\n',
	'002_index.sql': 'create index concurrently a_id on eng.a (id);\n',
	'003_include.sql': 'select 1;\n\\i more.sql\n',
	'004_syntax.sql': 'select 1;\nselect 2;\ncreate tabel eng.b (id int);\n',
};

test('a bundle with several flaws shows all of them at their places, and the form loses nothing', async ({ enter }, testInfo) => {
	const folder = testInfo.outputPath('flawed');
	for (const [path, text] of Object.entries(FILES)) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), text);
	}
	const [before] = await inConsole('select count(*) from change');
	const page = await enter('rui');
	await submitChange(page, { target: 'ehg-production', title: 'Five flaws at once', bundle: { folder } });

	const findings = (file: string) => page.getByRole('region', { name: file, exact: true });
	await expect(findings('001_commit.sql')).toContainText('2:3');
	await expect(findings('002_index.sql')).toContainText('1:14');
	await expect(findings('003_include.sql')).toContainText('2:1');
	await expect(findings('004_syntax.sql')).toContainText('3:8');
	await expect(page.getByText(/005_missing\.sql/).first()).toBeVisible();
	await expect(findings('004_syntax.sql').locator('pre')).toHaveText(/create tabel eng\.b \(id int\);\n {7}\^/);
	for (const file of ['001_commit.sql', '002_index.sql', '003_include.sql']) await expect(findings(file)).toContainText('Instead:');

	await expect(page.getByLabel('Title')).toHaveValue('Five flaws at once');
	await expect(page.getByLabel('Target')).toHaveValue('ehg-production');
	await expect(page.getByLabel('Risk')).toHaveValue('medium');
	await expect(page.getByLabel('Ines Duarte')).toBeChecked();
	await expect(page.getByRole('tree', { name: 'Files of the bundle' }).getByRole('treeitem')).toHaveCount(4);
	await expect(page.getByRole('textbox', { name: 'manifest.yaml' })).toContainText('004_syntax.sql, 005_missing.sql');
	expect(await inConsole('select count(*) from change'), 'nothing was stored').toEqual([before]);
	await look(page, 'new-change-refused');
});

test('an empty form names each field that is missing', async ({ enter }) => {
	const page = await enter('rui');
	await page.goto('/changes/new');
	await look(page, 'new-change');
	await expect(page.getByLabel('Ines Duarte')).toBeVisible();
	await expect(page.getByLabel('Aude Laurent'), 'an auditor cannot stand by').toHaveCount(0);
	await page.getByRole('button', { name: 'File the change' }).click();
	await expect(page.getByLabel('Title')).toHaveAttribute('aria-invalid', 'true');
	await expect(page.getByLabel('Reason')).toHaveAttribute('aria-invalid', 'true');
});

test('text typed into the form survives a reload', async ({ enter }) => {
	const page = await enter('rui');
	await page.goto('/changes/new');
	await page.getByLabel('Title').fill('Half a thought');
	await page.reload();
	await expect(page.getByLabel('Title')).toHaveValue('Half a thought');
});

test('there is a manifest as soon as there are files, and what was typed into it is not lost to a folder', async ({ enter }) => {
	const page = await enter('rui');
	const manifest = page.getByRole('textbox', { name: 'manifest.yaml' });
	await page.goto('/changes/new');
	await expect(page.getByText('appears here with the first file')).toBeVisible();
	await expect(manifest).toHaveCount(0);
	await page.getByTestId('folder').setInputFiles('db');
	await expect(manifest).toContainText('The quarterly housekeeping');
	await fillEditor(manifest, 'version: 1\n# mine');
	await page.getByTestId('folder').setInputFiles('db');
	await expect(page.getByText('The folder has a different manifest.yaml')).toBeVisible();
	await expect.poll(() => textIn(manifest)).toBe('version: 1\n# mine');
	await look(page, 'new-change-manifest');
	await page.getByRole('button', { name: 'Use the one from the folder' }).click();
	await expect(manifest).toContainText('The quarterly housekeeping');
	await page.getByRole('button', { name: 'Use the default manifest' }).click();
	await expect(manifest).toContainText('name: all');
});

test('files that are chosen before the page’s script has loaded are taken', async ({ enter }) => {
	const page = await enter('rui');
	const loading = Promise.withResolvers<void>();
	await page.route('**/_next/static/**/*.js', async (route) => {
		await loading.promise;
		await route.continue();
	});
	await page.goto('/changes/new', { waitUntil: 'commit' });
	await page.getByTestId('files').setInputFiles({ name: '001.sql', mimeType: 'application/sql', buffer: Buffer.from('select 1;\n') });
	loading.resolve();
	await expect(page.getByRole('treeitem', { name: /^001/ })).toBeVisible();
});

test('what is written is checked at its lines: a finding leads to its place, and a lost connection loses nothing', async ({
	enter,
	expectComplaint,
}) => {
	const page = await enter('rui');
	const findings = (file: string) => page.getByRole('region', { name: file, exact: true });
	const editor = page.getByRole('textbox', { name: '001.sql', exact: true });
	await page.goto('/changes/new');
	await page.getByTestId('files').setInputFiles([
		{ name: '001.sql', mimeType: 'application/sql', buffer: Buffer.from("select '\u{1f418}', 1;\r\nselect 2;\r\n") },
		{ name: '002.sql', mimeType: 'application/sql', buffer: Buffer.from('select 3;\n\n  commit;\n') },
	]);
	await expect(findings('002.sql')).toContainText('3:3');
	await findings('002.sql').getByRole('button').click();
	await expect(page.getByRole('textbox', { name: '002.sql', exact: true })).toBeFocused();
	await page.keyboard.type('-- not here: ');
	await expect(page.getByText('Every statement can be read')).toBeVisible();

	await page.getByRole('treeitem', { name: /^001/ }).click();
	await editor.press('ControlOrMeta+End');
	await page.keyboard.type("select '\u{1f418}' oops oops;");
	await expect(findings('001.sql')).toContainText('3:17');
	await expect(page.locator('.cm-lintRange-error'), 'the word is underlined').toHaveText('oops');
	await look(page, 'new-change-written', { withAxe: false });

	const late = await holdNextCheck(page);
	await fillEditor(editor, 'selec 3;');
	await late.asked;
	await fillEditor(editor, 'select 3;');
	await expect(page.getByText('Every statement can be read')).toBeVisible();
	await late.answer();
	await expect(page.locator('.cm-lintRange-error'), 'an answer about an earlier text says nothing').toHaveCount(0);
	await expect(page.getByText('Every statement can be read')).toBeVisible();

	await page.keyboard.press('Tab');
	await expect(editor, 'Tab indents').toBeFocused();
	await page.keyboard.press('Escape');
	await page.keyboard.press('Tab');
	await expect(editor, 'the keyboard is not held').not.toBeFocused();

	expectComplaint(/ERR_INTERNET_DISCONNECTED/);
	await page.context().setOffline(true);
	await fillEditor(editor, 'select 4;\nselec 5;');
	await expect(page.getByText('The console does not answer. What stands here may be about an earlier text')).toBeVisible();
	await expect(page.getByText(/^Not saved: The console did not answer/)).toBeVisible();
	await page.context().setOffline(false);
	await expect(findings('001.sql')).toContainText('2:1');
	await page.getByRole('button', { name: 'Try again' }).click();
	await expect(page.getByText(/^Saved \d/)).toBeVisible();
	await page.reload();
	await expect.poll(() => textIn(editor)).toBe('select 4;\nselec 5;');
});

/** Keeps the answer to the next check until it is let go. */
async function holdNextCheck(page: Page): Promise<{ asked: Promise<void>; answer: () => Promise<void> }> {
	const asked = Promise.withResolvers<void>();
	const letGo = Promise.withResolvers<void>();
	const answered = Promise.withResolvers<void>();
	await page.route(
		'**/api/drafts/check',
		async (route) => {
			const response = await route.fetch();
			asked.resolve();
			await letGo.promise;
			// The page may not wait for it any more.
			await route.fulfill({ response }).catch(() => undefined);
			answered.resolve();
		},
		{ times: 1 },
	);
	const answer = async () => {
		letGo.resolve();
		await answered.promise;
	};
	return { asked: asked.promise, answer };
}

test('files are renamed, reordered, removed and put back by keyboard alone, and the manifest follows', async ({ enter }) => {
	const page = await enter('rui');
	await page.goto('/changes/new');
	await page.getByTestId('folder').setInputFiles('db');
	const tree = page.getByRole('tree', { name: 'Files of the bundle' });
	const row = (name: string) => tree.getByRole('treeitem', { name });
	const manifest = page.getByRole('textbox', { name: 'manifest.yaml' });
	const order = async () => (await textIn(manifest)).split('\n').flatMap((line) => /- (\S+\.sql)/.exec(line)?.[1] ?? []);
	await expect(row('vh_rls_policies.sql')).toContainText('9');

	await row('vh_rls_policies.sql').press('Alt+ArrowUp');
	await expect(row('vh_rls_policies.sql'), 'the focus goes with it').toBeFocused();
	await expect(row('vh_rls_policies.sql')).toContainText('8');
	await expect.poll(order).toEqual(expect.arrayContaining(['policies/vh_rls_policies.sql', 'policies/eng_rls_policies.sql']));
	expect((await order()).at(-1)).toBe('policies/eng_rls_policies.sql');
	await expect(manifest, 'comments stay').toContainText('The quarterly housekeeping as one bundle');

	await page.keyboard.press('F2');
	await page.keyboard.type('policies/first.sql');
	await page.keyboard.press('Enter');
	await expect(row('first.sql')).toBeVisible();
	await expect.poll(order).toContain('policies/first.sql');

	await tree.getByRole('treeitem', { name: /^policies/ }).press('Delete');
	await expect(row('first.sql')).toHaveCount(0);
	await expect.poll(order).not.toContain('policies/first.sql');
	await page.getByRole('button', { name: 'Put back' }).click();
	await expect(row('first.sql')).toContainText('8');
	await expect.poll(order).toContain('policies/first.sql');
});

test('the manifest is a form and a text at once, with its comments; a text that is no YAML is kept, and the form waits for it', async ({
	enter,
}) => {
	const page = await enter('rui');
	const form = page.getByRole('region', { name: 'The manifest as a form' });
	const manifest = page.getByRole('textbox', { name: 'manifest.yaml' });
	await page.goto('/changes/new');
	await page.getByLabel('Target').selectOption('ehg-production');
	await page.getByTestId('folder').setInputFiles('db');
	await expect(form.getByLabel('Phase 3')).toHaveValue('Views');
	await form.getByText('Limits').click();
	await form.getByLabel('Wait for a lock').fill('5s');
	await expect.poll(() => textIn(manifest)).toContain('lock: 5s');
	await expect.poll(() => textIn(manifest), 'comments stay').toContain('# Before anything changes: what is there compiles');
	await form.getByText('Smoke tests').click();
	await expect(form.locator('datalist option[value="ehg_app"]'), 'a role of the target').not.toHaveCount(0);
	await expect(form.locator('datalist option[value="eng.strategic_directives"]'), 'a table of its catalog').toHaveCount(1);
	await form.getByRole('button', { name: 'Begin a new phase with migrations/eng/002_governance_tables.sql' }).click();
	await expect(form.getByLabel('Phase 2')).toHaveValue('Phase 2');
	await look(page, 'new-change-manifest-form', { narrow: true });

	await manifest.press('ControlOrMeta+End');
	await page.keyboard.type('standbyCopy: ');
	await page.keyboard.press('Control+Space');
	await page.getByRole('option', { name: 'true' }).click();
	await form.getByText('Afterwards').click();
	await expect(form.getByLabel('Standby copy')).toHaveValue('true');
	await manifest.press('ControlOrMeta+End');
	await page.keyboard.type('\nthresholds: [');
	await expect(form.getByText(/^The form waits for the text: line \d+ of manifest.yaml$/)).toBeVisible();
	await page.keyboard.press('Backspace');
	await page.keyboard.type('{ errors: 3 }');
	await expect(form.getByText('The form waits')).toHaveCount(0);
	await form.getByText('Limits').click();
	await expect(form.getByLabel('Errors logged')).toHaveValue('3');
});

test('while SQL is written the target’s names are offered, and what its catalog tells is found', async ({ enter }) => {
	const page = await enter('rui');
	await page.goto('/changes/new');
	const known = page.waitForResponse(/\/api\/targets\/ehg-production\/names$/);
	await page.getByLabel('Target').selectOption('ehg-production');
	await writeSql(page, 'names.sql', 'select ');
	await known;
	const editor = page.getByRole('textbox', { name: 'names.sql', exact: true });
	await editor.press('ControlOrMeta+End');
	await page.keyboard.type('* from eng.decis');
	await page.keyboard.press('Control+Space');
	await page.getByRole('option', { name: 'decision_log', exact: true }).click();
	await page.keyboard.type(' where eng.decision_log.');
	await page.keyboard.press('Control+Space');
	await expect(page.getByRole('option', { name: 'id', exact: true })).toBeVisible();
	await page.keyboard.press('Escape');
	await fillEditor(editor, 'drop table vh.venture_metrics;');
	const found = page.getByRole('region', { name: 'names.sql', exact: true });
	await expect(found.getByText('drops_used', { exact: true })).toBeVisible();
	await expect(found.getByText(/is used by .*views\.venture_metrics_monthly/)).toBeVisible();
	await look(page, 'new-change-catalog');
});
