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
/** Entries that bring rows, values and contents back, and no definition. */
const ROWS = /^\d+; \d+ \d+ (TABLE DATA|BLOBS|SEQUENCE SET|MATERIALIZED VIEW DATA) /;
/** They fire on what is restored, so nothing is restored after them. */
const EVENT_TRIGGER = /^\d+; \d+ \d+ ((COMMENT|SECURITY LABEL) - )?EVENT TRIGGER /;
const EARLY = /^\d+; \d+ \d+ (SCHEMA|EXTENSION) /;
/** Whoever an object is given to must be allowed to create it where it is. */
const SCHEMA_PRIVILEGES = /^\d+; \d+ \d+ ACL - SCHEMA /;
const PRIVILEGES = /^\d+; \d+ \d+ (ACL|DEFAULT ACL) /;
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
	const [eventTriggers, others] = [entries.last.filter(isEventTrigger), entries.last.filter((line) => !isEventTrigger(line))];
	return { first: entries.first, last: [...others, ...eventTriggers] };
}

/** The definitions alone: what a dump says that there is, without what is in it. */
export function withoutRows({ first, last }: DumpEntries): DumpEntries {
	const isDefinition = (line: string) => !ROWS.test(line);
	return { first: first.filter(isDefinition), last: last.filter(isDefinition) };
}

/** What must be there before all else, and what is made otherwise than pg_restore would: see restore-by-script.ts. */
export function isEarly(entry: string): boolean {
	return EARLY.test(entry);
}

/** What people may do in schemas, which the objects in them need. */
export function isSchemaPrivileges(entry: string): boolean {
	return SCHEMA_PRIVILEGES.test(entry);
}

/** What people may do with what was restored, and will by default. */
export function isPrivileges(entry: string): boolean {
	return PRIVILEGES.test(entry);
}

function isEventTrigger(line: string): boolean {
	return EVENT_TRIGGER.test(line);
}

/** Puts entries into a file for `--use-list`, in a private folder that is removed when `work` is over. */
export function withEntryList<T>(entries: readonly string[], work: (path: string) => Promise<T>): Promise<T> {
	return withPrivateFolder(async (folder) => {
		const path = join(folder, 'entries');
		await writeFile(path, `${entries.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
		return work(path);
	});
}
