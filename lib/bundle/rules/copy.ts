import type { StatementRule } from './rule.ts';

/** COPY from and to server files stays allowed: PostgreSQL's own privileges guard those. */
export const copy: StatementRule = ({ kind, node }) => {
	if (kind !== 'CopyStmt' || !node) return null;
	if (node.is_program) {
		return {
			code: 'copy_program',
			message: `COPY ${node.is_from ? 'FROM' : 'TO'} PROGRAM runs a shell command on the database server`,
			instead: 'Remove it. Bring the data as INSERT statements, which people can read and sign.',
		};
	}
	if (node.filename) return null;
	if (!node.is_from)
		return {
			code: 'copy_stdout',
			message: 'COPY TO STDOUT has nobody to read it here',
			instead: 'Remove it. To check rows, write a verification in the manifest.',
		};
	return {
		code: 'copy_stdin',
		message: 'COPY FROM STDIN: a run sends statements only, no stream of data',
		instead: 'Write the rows as INSERT … VALUES (pg_dump --rows-per-insert=500 does that), or have a file on the server and COPY from it.',
	};
};
