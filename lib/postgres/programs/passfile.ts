import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withPrivateFolder } from './private-folder.ts';

/** What a passfile unlocks: one user on one server, whichever database. */
export type PassfileEntry = { host: string; port: number; user: string; password: string };

/**
 * Gives libpq's programs a password without argv or environment: a file of mode 0600 in a private folder, named by PGPASSFILE,
 * and removed when `work` is over.
 */
export function withPassfile<T>(entry: PassfileEntry, work: (path: string) => Promise<T>): Promise<T> {
	return withPrivateFolder(async (folder) => {
		const path = join(folder, 'passfile');
		const fields = [entry.host, String(entry.port), '*', entry.user, entry.password];
		const line = fields.map((field) => (field === '*' ? field : escapeField(field))).join(':');
		await writeFile(path, `${line}\n`, { mode: 0o600, flag: 'wx' });
		return work(path);
	});
}

function escapeField(field: string): string {
	if (/[\r\n]/.test(field)) throw new Error('a host, user or password with a line break cannot be written to a passfile');
	return field.replaceAll('\\', '\\\\').replaceAll(':', '\\:');
}
