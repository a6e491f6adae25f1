import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inConsole } from './support/databases.ts';
import { submitChange } from './support/file-change.ts';
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

	const findings = (file: string) => page.getByRole('region', { name: file });
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
	await expect(page.getByRole('list', { name: 'Files of the bundle' }).getByRole('listitem')).toHaveCount(4);
	await expect(page.getByRole('textbox', { name: 'manifest.yaml' })).toHaveValue(FILES['manifest.yaml']);
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
	await expect(manifest).toHaveValue(/The quarterly housekeeping/);
	await manifest.fill('version: 1\n# mine');
	await page.getByTestId('folder').setInputFiles('db');
	await expect(page.getByText('The folder brings another manifest.yaml')).toBeVisible();
	await expect(manifest).toHaveValue('version: 1\n# mine');
	await look(page, 'new-change-manifest');
	await page.getByRole('button', { name: 'Use the one from the folder' }).click();
	await expect(manifest).toHaveValue(/The quarterly housekeeping/);
	await page.getByRole('button', { name: 'Use the default manifest' }).click();
	await expect(manifest).toHaveValue(/name: all/);
});
