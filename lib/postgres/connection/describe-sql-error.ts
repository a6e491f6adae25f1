import { DatabaseError } from 'pg';
import type { Failure } from '#lib/domain/run.ts';
import { redact } from '#lib/redact.ts';
import { sqlstateMeaning } from './sqlstates.ts';

const MAX_STATEMENT_CHARACTERS = 4_000;

/** Where a statement stands: the file and the place of its first character, 1-based, in characters. */
export type StatementPlace = { sql: string; file?: string; line?: number; column?: number };

/** What PostgreSQL said about a statement, with its place in the bundle and a caret. An error that is not PostgreSQL's keeps only its message. */
export function describeSqlError(error: unknown, place: StatementPlace): Omit<Failure, 'code' | 'instead'> {
	const message = redact(error instanceof Error ? error.message : String(error));
	const at = {
		statement: redact(place.sql.slice(0, MAX_STATEMENT_CHARACTERS)),
		...(place.file === undefined ? {} : { file: place.file }),
	};
	if (!(error instanceof DatabaseError))
		return { message, ...at, ...(place.line === undefined ? {} : { line: place.line, column: place.column ?? 1 }) };
	return {
		message,
		...at,
		...(error.code ? { sqlstate: error.code, sqlstateMeaning: sqlstateMeaning(error.code) } : {}),
		...(error.detail ? { detail: redact(error.detail) } : {}),
		...(error.hint ? { hint: redact(error.hint) } : {}),
		...pointAt(place, error.position ? Number(error.position) : 1, error.position !== undefined),
	};
}

/** `position` counts characters of the statement from 1, as PostgreSQL does. */
function pointAt(place: StatementPlace, position: number, exact: boolean): { line?: number; column?: number; caret?: string } {
	const before = [...place.sql].slice(0, position - 1).join('');
	const newlines = before.split('\n').length - 1;
	const inLine = [...before.slice(before.lastIndexOf('\n') + 1)].length;
	const text = place.sql.split('\n')[newlines] ?? '';
	return {
		...(place.line === undefined
			? {}
			: { line: place.line + newlines, column: newlines === 0 ? (place.column ?? 1) + inLine : inLine + 1 }),
		...(exact ? { caret: `${redact(text)}\n${' '.repeat(inLine)}^` } : {}),
	};
}
