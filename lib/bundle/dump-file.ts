import type { Finding } from '#lib/domain/bundle/finding.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';

const HEADER = /^--\s*\n-- PostgreSQL database (cluster )?dump\s*$/m;
/** How much of a file is searched for pg_dump's header, which comes first. */
const HEADER_BYTES = 1_000;
const SETTINGS = 'statement_timeout|lock_timeout|idle_in_transaction_session_timeout|transaction_timeout|client_min_messages';
/** Lines that pg_dump writes for psql. Each would otherwise be a finding. */
const CODES = ['meta_command', 'copy_stdin', 'imposed_limit', 'run_setting'];

const DUMP_OPTIONS = '--no-owner --rows-per-insert=500';
/** Removes the lines for psql that no option of pg_dump can leave out. */
export const DUMP_FILTER = `sed -E '/^\\\\(un)?restrict /d; /^SET (${SETTINGS}) = /d'`;

/** For a file that pg_dump has written: joins the findings about its psql lines into one, with the command that makes the file valid. */
export function joinDumpFindings(file: { path: string; bytes: Buffer }, findings: Finding[]): Finding[] {
	const header = HEADER.exec(file.bytes.toString('latin1', 0, HEADER_BYTES));
	if (!header) return findings;
	const ofDump = findings.filter(({ code }) => CODES.includes(code));
	const [first] = ofDump;
	if (!first) return findings;
	const lines = countWords(ofDump.length, 'line of it does', 'lines of it do');
	const joined = {
		...first,
		code: 'dump_file',
		message: `this file was written by ${header[1] ? 'pg_dumpall' : 'pg_dump'} for psql, and ${lines} not belong in a change; the first: ${first.message}`,
		instead: header[1]
			? 'File one database, with pg_dump instead of pg_dumpall. Create roles with separate statements.'
			: `Dump it again: pg_dump ${DUMP_OPTIONS} … | ${DUMP_FILTER} > ${file.path.split('/').at(-1)}. A dump also empties search_path: name the schemas in files after it.`,
	};
	return findings.flatMap((finding) => (finding === first ? [joined] : ofDump.includes(finding) ? [] : [finding]));
}
