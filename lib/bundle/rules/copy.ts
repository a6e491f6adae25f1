import type { StatementRule } from './rule.ts';

/** COPY from and to server files is allowed: PostgreSQL's own privileges guard it. */
export const copy: StatementRule = ({ kind, node }) => {
	if (kind !== 'CopyStmt' || !node) return null;
	if (node.is_program) {
		return {
			code: 'copy_program',
			message: `COPY ${node.is_from ? 'FROM' : 'TO'} PROGRAM runs a shell command on the database server`,
			instead: 'Remove it. Write the data as INSERT statements, which people can read and sign.',
		};
	}
	if (node.filename) return null;
	if (!node.is_from)
		return {
			code: 'copy_stdout',
			message: 'COPY TO STDOUT: nobody reads its output here',
			instead: 'Remove it. To check rows, write a verification in the manifest.',
		};
	return {
		code: 'copy_stdin',
		message: 'COPY FROM STDIN: a run sends only statements, no data stream',
		instead: 'Write the rows as INSERT … VALUES (pg_dump --rows-per-insert=500 does that), or put a file on the server and COPY from it.',
	};
};
