import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeAbandonedFolders, withPrivateFolder } from '#lib/postgres/programs/private-folder.ts';

const HOLDS = `import { withPrivateFolder } from '#lib/postgres/programs/private-folder.ts';
	await withPrivateFolder((folder) => { console.log(folder); return new Promise(() => setInterval(() => {}, 1000)); });`;

/** A process that has a folder and is killed while it has. */
async function abandon(): Promise<string> {
	const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', HOLDS], { stdio: ['ignore', 'pipe', 'inherit'] });
	const [line] = await once(child.stdout, 'data');
	child.kill('SIGKILL');
	await once(child, 'exit');
	return String(line).trim();
}

test('a private folder is its account’s alone, and gone when the work is over, even when that fails', async () => {
	let seen = '';
	const failing = withPrivateFolder(async (folder) => {
		seen = folder;
		expect(statSync(folder).mode & 0o777).toBe(0o700);
		throw new Error('as planned');
	});
	await expect(failing).rejects.toThrow('as planned');
	expect(existsSync(seen)).toBe(false);
});

test('the folder of a process that was killed is removed, with the secret in it; one that is in use is not', async () => {
	const abandoned = await abandon();
	writeFileSync(join(abandoned, 'passfile'), 'secret');
	await withPrivateFolder(async (ours) => {
		await removeAbandonedFolders();
		expect([existsSync(abandoned), existsSync(ours)]).toEqual([false, true]);
	});
});
