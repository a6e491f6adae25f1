import { readFile, readlink, stat, statfs } from 'node:fs/promises';
import type { Target } from '#lib/domain/target/target.ts';

/** Room on the file system of a folder. `device` tells whether two folders share one. */
export type FreeSpace = { bytes: number; device: number };

/** How much is free where this machine keeps the folder. Throws when it does not see it. */
export async function readFreeSpace(folder: string): Promise<FreeSpace> {
	const [{ blocks, bavail, bsize }, { dev }] = await Promise.all([statfs(folder), stat(folder)]);
	if (blocks === 0) throw new Error('its file system does not say how large it is');
	return { bytes: bavail * bsize, device: dev };
}

/**
 * Whether the server runs beside us: then this machine's list of processes has the one that serves our connection, under the name that
 * PostgreSQL gives it. A server in a container, or behind a forwarded port, is another machine.
 */
export async function isOnThisMachine({ connection }: Target, serverPid: number): Promise<boolean> {
	const name = await readFile(`/proc/${serverPid}/cmdline`, 'utf8').catch(() => '');
	return name.startsWith('postgres: ') && name.includes(` ${connection.logins.backup.user} ${connection.database} `);
}

/**
 * Where a server on this machine keeps its data, as we see it: its processes work there. A server may know the folder by a link of its own
 * (`/proc/self/fd/3`), which leads elsewhere for us. Null when it cannot be told.
 */
export async function seenDataDirectory({ pid, dataDirectory }: { pid: number; dataDirectory: string | null }): Promise<string | null> {
	const seen = await readlink(`/proc/${pid}/cwd`).catch(() => null);
	if (seen !== null) return seen;
	return dataDirectory?.startsWith('/proc/') ? null : dataDirectory;
}
