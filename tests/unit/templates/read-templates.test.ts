import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readTemplate, readTemplates } from '#lib/templates/read-templates.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'templates-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, content: string | Buffer): void {
	mkdirSync(dirname(join(folder, path)), { recursive: true });
	writeFileSync(join(folder, path), content);
}

test('each sub-folder that could be filed is offered, with the first line of its README', async () => {
	write('b/1.sql', 'select 1;\n');
	write('b/README', '\n  Two words \nmore\n');
	write('a/sql/2.sql', 'select 2;\r\n');
	write('a/readme.md', `## ${'x'.repeat(300)}\n`);
	write('a/manifest.yaml', 'version: 1\nphases: [{ name: All, files: [sql/2.sql] }]\n');
	write('c/1.sql', 'select 1;\n');
	write('README.md', 'no template');
	write('.git/1.sql', 'select 1;\n');
	expect(await readTemplates(folder)).toEqual({
		templates: [
			{ name: 'a', description: 'x'.repeat(200) },
			{ name: 'b', description: 'Two words' },
			{ name: 'c', description: '' },
		],
		wrong: [],
	});
	const { files, manifest } = await readTemplate(folder, 'a');
	expect(files).toEqual([{ path: 'sql/2.sql', bytes: Buffer.from('select 2;\r\n') }]);
	expect(manifest?.toString()).toContain('sql/2.sql');
});

test('what could not be filed is not offered, and it is said why', async () => {
	write('good/1.sql', 'select 1;\n');
	write('empty/readme.md', 'Nothing.');
	write('broken/1.sql', 'select 1;\n');
	write('broken/manifest.yaml', 'version: 2\n');
	write('short/1.sql', 'select 1;\n');
	write('short/manifest.yaml', 'version: 1\nphases: [{ name: All, files: [1.sql, 2.sql] }]\n');
	write('bad\u001bname/1.sql', 'select 1;\n');
	mkdirSync(join(folder, 'link'));
	symlinkSync('/etc/passwd', join(folder, 'link/1.sql'));
	const { templates, wrong } = await readTemplates(folder);
	expect(templates.map(({ name }) => name)).toEqual(['good']);
	expect(Object.fromEntries(wrong.map(({ name, why }) => [name, why]))).toEqual({
		empty: expect.stringContaining('has no .sql file'),
		broken: expect.stringMatching(/^manifest\.yaml: /),
		short: expect.stringMatching(/^manifest\.yaml: 2\.sql is not in the bundle/),
		'bad\u001bname': expect.stringContaining('Its name'),
		link: expect.stringContaining('leaves the folder'),
	});
	await expect(readTemplate(folder, 'short')).rejects.toThrow('2.sql is not in the bundle');
});

test('no more than a bundle’s bytes are read of all of them, and a README that is a link is not read', async () => {
	for (const name of ['a', 'b', 'c']) write(`${name}/1.sql`, Buffer.alloc(11 * 1024 * 1024, ' '));
	symlinkSync('/etc/passwd', join(folder, 'a/README.md'));
	const { templates, wrong } = await readTemplates(folder);
	expect(templates).toEqual([
		{ name: 'a', description: '' },
		{ name: 'b', description: '' },
	]);
	expect(wrong).toEqual([{ name: 'c', why: expect.stringContaining('together') }]);
});

test('a name leads to a sub-folder that is there, and nowhere else', async () => {
	write('a/1.sql', 'select 1;\n');
	for (const name of ['..', '.', '../a', 'a/..', '/etc', 'b'])
		await expect(readTemplate(folder, name), name).rejects.toMatchObject({ code: 'not_found' });
});

test('a folder that is not there offers nothing, and it is said', async () => {
	expect(await readTemplates(join(folder, 'nowhere'))).toEqual({
		templates: [],
		wrong: [{ name: join(folder, 'nowhere'), why: expect.stringContaining('ENOENT') }],
	});
});

test('the demo’s two are offered', async () => {
	const { templates, wrong } = await readTemplates(join(import.meta.dirname, '../../../demo/templates'));
	expect(templates.map(({ name }) => name)).toEqual(['add-a-column', 'read-access']);
	expect(wrong).toEqual([]);
});
