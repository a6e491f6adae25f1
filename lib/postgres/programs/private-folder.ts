import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = /^countersign-private-(\d+)-/;

/** A folder that only this account can look into, for as long as `work` takes. It bears the number of this process: see below. */
export async function withPrivateFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
	const folder = await mkdtemp(join(tmpdir(), `countersign-private-${process.pid}-`)); // mkdtemp makes it 0700
	try {
		return await work(folder);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** Removes the folders of processes that died with them: a target's password may be in one. Those of processes that live are left alone. */
export async function removeAbandonedFolders(): Promise<void> {
	for (const name of await readdir(tmpdir())) {
		const pid = Number(NAME.exec(name)?.[1]);
		if (pid && !isAlive(pid)) await rm(join(tmpdir(), name), { recursive: true, force: true });
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code !== 'ESRCH'; // Another account's process lives too.
	}
}
