import type { Finding } from '#lib/domain/finding.ts';

const HEADER = /^--\s*\n-- PostgreSQL database (cluster )?dump\s*$/m;
/** Looked at; pg_dump writes its header first. */
const HEADER_BYTES = 1_000;
const SETTINGS = 'statement_timeout|lock_timeout|idle_in_transaction_session_timeout|transaction_timeout|client_min_messages';
/** What pg_dump writes for psql, which would otherwise be a finding a line. */
const CODES = ['meta_command', 'copy_stdin', 'imposed_limit', 'run_setting'];

const DUMP_OPTIONS = '--no-owner --rows-per-insert=500';
/** Takes out what pg_dump writes for psql and no option of it leaves out. */
export const DUMP_FILTER = `sed -E '/^\\\\(un)?restrict /d; /^SET (${SETTINGS}) = /d'`;

/** Of a file that pg_dump has written: one finding, with what makes it fit, in place of one for each line that it writes for psql. */
export function joinDumpFindings(file: { path: string; bytes: Buffer }, findings: Finding[]): Finding[] {
	const header = HEADER.exec(file.bytes.toString('latin1', 0, HEADER_BYTES));
	if (!header) return findings;
	const ofDump = findings.filter(({ code }) => CODES.includes(code));
	const [first] = ofDump;
	if (!first) return findings;
	const lines = ofDump.length === 1 ? '1 line of it does' : `${ofDump.length} lines of it do`;
	const joined = {
		...first,
		code: 'dump_file',
		message: `this file was written by ${header[1] ? 'pg_dumpall' : 'pg_dump'} for psql, and ${lines} not belong in a change; the first: ${first.message}`,
		instead: header[1]
			? 'File one database, with pg_dump instead of pg_dumpall. Roles are created by statements of their own.'
			: `Make it again: pg_dump ${DUMP_OPTIONS} … | ${DUMP_FILTER} > ${file.path.split('/').at(-1)}. A dump also empties search_path: name the schemas in files after it.`,
	};
	return findings.flatMap((finding) => (finding === first ? [joined] : ofDump.includes(finding) ? [] : [finding]));
}
