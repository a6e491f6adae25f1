import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withPrivateFolder } from '#lib/postgres/programs/private-folder.ts';
import { runProgram } from '#lib/postgres/programs/run-program.ts';

/** Lines of a dump's table of contents, as pg_restore lists and takes them. */
export type DumpEntries = {
	/** Everything else, in any order that dependencies allow: several jobs at a time. */
	first: string[];
	/**
	 * Privileges, and what needs them: refreshed views, event triggers. Their dependencies are not in the dump (a grant made by somebody
	 * who was granted it needs the privileges on the schema first), only their order is right: one after the other.
	 */
	last: string[];
};

const ENTRY = /^\d+;/;
/** pg_restore's own passes for privileges and after them (`_tocEntryRestorePass` in its source). */
const LAST = /^\d+; \d+ \d+ (ACL|DEFAULT ACL|MATERIALIZED VIEW DATA|EVENT TRIGGER|(COMMENT|SECURITY LABEL) - EVENT TRIGGER) /;

/** Reads a dump's table of contents: `--list` writes one entry a line, and comments with a semicolon. */
export async function listDumpEntries(folder: string): Promise<DumpEntries> {
	const entries: DumpEntries = { first: [], last: [] };
	await runProgram({
		program: 'pg_restore',
		args: ['--format=directory', '--list', folder],
		onOutput: (line) => {
			if (ENTRY.test(line)) entries[LAST.test(line) ? 'last' : 'first'].push(line);
		},
	});
	return entries;
}

/** Puts entries into a file for `--use-list`, in a private folder that is removed when `work` is over. */
export function withEntryList<T>(entries: readonly string[], work: (path: string) => Promise<T>): Promise<T> {
	return withPrivateFolder(async (folder) => {
		const path = join(folder, 'entries');
		await writeFile(path, `${entries.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
		return work(path);
	});
}
