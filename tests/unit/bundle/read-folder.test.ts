import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFolder } from '#lib/bundle/read-folder.ts';

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'bundle-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('reads every .sql file below it in path order, and the manifest at its top', async () => {
	await mkdir(join(folder, 'b/c'), { recursive: true });
	for (const path of ['b/c/2.SQL', 'b/1.sql', 'a.sql', 'b-1.sql', 'notes.txt']) await writeFile(join(folder, path), path);
	await writeFile(join(folder, 'manifest.yaml'), 'version: 1');
	const { files, manifest, leftOut } = await readFolder(folder);
	expect(files.map((f) => f.path)).toEqual(['a.sql', 'b/1.sql', 'b/c/2.SQL', 'b-1.sql']);
	expect(files[2]?.bytes.toString()).toBe('b/c/2.SQL');
	expect(manifest?.toString()).toBe('version: 1');
	expect(leftOut).toEqual(['notes.txt']);
});

test('does not look into hidden folders, nor at hidden files', async () => {
	for (const path of ['.git', '__MACOSX']) await mkdir(join(folder, path));
	for (const path of ['.git/a.sql', '__MACOSX/._a.sql', '._a.sql', '.DS_Store', 'a.sql']) await writeFile(join(folder, path), 'x');
	expect(await readFolder(folder)).toMatchObject({ files: [{ path: 'a.sql' }], leftOut: [] });
});

test('says what to do with an archive, a file and a folder without SQL', async () => {
	const refusal = async (path: string) => readFolder(path).catch((error: Error) => error.message.replaceAll(folder, ''));
	expect(await refusal(folder)).toBe(' has no .sql file. Name the folder with the files to run.');
	await writeFile(join(folder, 'bundle.zip'), 'PK');
	expect(await refusal(folder)).toBe(' has no .sql file, only bundle.zip. Unpack it and name the folder.');
	expect(await refusal(join(folder, 'bundle.zip'))).toBe('/bundle.zip is an archive, not a folder. Unpack it and name the folder.');
	await writeFile(join(folder, 'a.sql'), 'select 1');
	expect(await refusal(join(folder, 'a.sql'))).toBe('/a.sql is a file, not a folder. Name the folder that contains it.');
});

test('follows a link inside the folder, and refuses one that leaves it or leads nowhere', async () => {
	await writeFile(join(folder, 'a.sql'), 'select 1');
	await symlink('a.sql', join(folder, 'b.sql'));
	expect((await readFolder(folder)).files).toHaveLength(2);
	await symlink('/etc/hostname', join(folder, 'c.sql'));
	await expect(readFolder(folder)).rejects.toMatchObject({ code: 'invalid', message: 'c.sql is a link that leaves the folder.' });
	await rm(join(folder, 'c.sql'));
	await symlink('gone', join(folder, 'd.sql'));
	await expect(readFolder(folder)).rejects.toMatchObject({ message: 'd.sql is a link to a file that does not exist.' });
});

test('refuses a file over the limit without reading it, a folder that is a file, and one that is not there', async () => {
	await writeFile(join(folder, 'big.sql'), '');
	await truncate(join(folder, 'big.sql'), 10 * 1024 ** 3);
	await expect(readFolder(folder)).rejects.toMatchObject({ code: 'too_large' });
	await expect(readFolder(join(folder, 'big.sql'))).rejects.toMatchObject({ code: 'invalid' });
	await expect(readFolder(join(folder, 'gone'))).rejects.toMatchObject({ code: 'not_found' });
});
