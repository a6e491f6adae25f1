import { DatabaseError } from 'pg';
import type { Failure } from '#lib/domain/run.ts';
import { redactStart } from '#lib/redact.ts';
import { sqlstateMeaning } from './sqlstates.ts';

const MAX_STATEMENT_CHARACTERS = 4_000;
const MAX_TEXT_CHARACTERS = 8_000;
const MAX_LINE_CHARACTERS = 1_000;

/** Where a statement stands: the file and the place of its first character, 1-based, in characters. */
export type StatementPlace = { sql: string; file?: string; line?: number; column?: number };

/** What PostgreSQL said about a statement, with its place in the bundle and a caret. An error that is not PostgreSQL's keeps only its message. */
export function describeSqlError(error: unknown, place: StatementPlace): Omit<Failure, 'code' | 'instead'> {
	const message = cut(error instanceof Error ? error.message : String(error));
	const at = {
		statement: redactStart(place.sql, MAX_STATEMENT_CHARACTERS),
		...(place.file === undefined ? {} : { file: place.file }),
	};
	if (!(error instanceof DatabaseError))
		return { message, ...at, ...(place.line === undefined ? {} : { line: place.line, column: place.column ?? 1 }) };
	return {
		message,
		...at,
		...(error.code ? { sqlstate: error.code, sqlstateMeaning: sqlstateMeaning(error.code) } : {}),
		...(error.detail ? { detail: cut(error.detail) } : {}),
		...(error.hint ? { hint: cut(error.hint) } : {}),
		...contextOf(error),
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
		...(exact && text.length <= MAX_LINE_CHARACTERS ? { caret: `${redactStart(text, MAX_LINE_CHARACTERS)}\n${' '.repeat(inLine)}^` } : {}),
	};
}

/** Inside a function the statement's own line says nothing: the calls do, and the query that failed there, with its own caret. */
function contextOf(error: DatabaseError): Pick<Failure, 'context' | 'internalQuery' | 'object'> {
	const object = [
		error.schema && `schema ${error.schema}`,
		error.table && `table ${error.table}`,
		error.column && `column ${error.column}`,
		error.dataType && `type ${error.dataType}`,
		error.constraint && `constraint ${error.constraint}`,
	].filter(Boolean);
	return {
		...(error.where ? { context: cut(error.where) } : {}),
		...(error.internalQuery ? { internalQuery: internalQueryOf(error.internalQuery, Number(error.internalPosition ?? 0)) } : {}),
		...(object.length > 0 ? { object: object.join(', ') } : {}),
	};
}

function internalQueryOf(sql: string, position: number): string {
	if (position < 1 || sql.length > MAX_LINE_CHARACTERS) return cut(sql);
	const characters = [...sql];
	const before = characters.slice(0, position - 1).join('');
	const inLine = [...before.slice(before.lastIndexOf('\n') + 1)].length;
	const lines = sql.split('\n');
	lines.splice(before.split('\n').length, 0, `${' '.repeat(inLine)}^`);
	return cut(lines.join('\n'));
}

function cut(text: string): string {
	return redactStart(text, MAX_TEXT_CHARACTERS);
}
