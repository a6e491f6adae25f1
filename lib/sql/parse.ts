import { setFlagsFromString } from 'node:v8';
import type { Node } from 'libpg-query';
import PgQueryModule, { type PgQueryInstance } from 'libpg-query/wasm/libpg-query.js';

/** A statement as PostgreSQL's parser sees it: bytes [start, end) of the text, without the semicolon. */
export type RawStatement = {
	start: number;
	end: number;
	/** PostgreSQL's name for it, such as `CreateStmt`. */
	kind: string;
	/** The tree below that name; null when only the kind was asked for. */
	node: Record<string, unknown> | null;
};

export type ParseOutcome =
	| { ok: true; statements: RawStatement[] }
	/** `offset` is the byte that PostgreSQL points at. */
	| { ok: false; message: string; offset: number };

type Tree = { stmts?: { stmt?: Node; stmt_location?: number; stmt_len?: number }[] };

/** An instance's memory never shrinks: after a tree of this many bytes a fresh one (10 ms) is cheaper than keeping it. */
const RECYCLE_TREE_BYTES = 4 * 1024 * 1024;

// Optimizing this module costs V8 550 MB for a while and makes parsing hardly faster: its baseline compiler will do.
// V8 compiles function by function as they are first called, so the flags stay as they are, for the whole process.
setFlagsFromString('--no-wasm-tier-up');
setFlagsFromString('--no-wasm-dynamic-tiering');

let instance: Promise<PgQueryInstance> | null = null;

/**
 * Parses UTF-8 text with PostgreSQL's own parser. The text must hold no NUL byte: C would stop reading there.
 * With `depth: 'kind'` the text must be one statement, and its tree (far larger than the text) is not read.
 * The memory that it takes grows with the number of tokens: callers bound it (see split-statements.ts).
 */
export async function parse(sql: Buffer, depth: 'tree' | 'kind' = 'tree'): Promise<ParseOutcome> {
	if (sql.includes(0)) throw new TypeError('NUL byte in SQL');
	try {
		return await withInstance((module) => parseWith(module, sql, depth));
	} catch (error) {
		return { ok: false, message: `too deeply nested, or too large, for PostgreSQL's parser (${(error as Error).message})`, offset: 0 };
	}
}

/** A token as PostgreSQL's scanner sees it, comments included: bytes [start, end) of the text. */
export type Token = { start: number; end: number; text: string };

/** The tokens of UTF-8 text without a NUL byte that `parse` has taken: text that is not SQL has none. The same limits apply. */
export function scan(sql: Buffer): Promise<Token[]> {
	return withInstance((module) => {
		const text = copyIn(module, sql);
		const result = module._wasm_scan(text);
		const json = module.UTF8ToString(result);
		module._free(text);
		module._wasm_free_string(result);
		// Anything else is the scanner's error. Of the control characters in strings and comments it escapes only some.
		return json.startsWith('{') ? JSON.parse(json.replace(/\p{Cc}/gu, ' ')).tokens : [];
	});
}

async function withInstance<T>(work: (module: PgQueryInstance) => T): Promise<T> {
	const module = await usableInstance();
	const exitCode = process.exitCode;
	try {
		return work(module);
	} catch (error) {
		// Too deep or too large: the stack or heap inside is now broken, so that instance must never be used again.
		instance = null;
		process.exitCode = exitCode;
		throw error;
	}
}

async function usableInstance(): Promise<PgQueryInstance> {
	instance ??= PgQueryModule();
	const current = instance;
	const module = await current;
	// Another caller may have broken it while we waited.
	return current === instance ? module : usableInstance();
}

function parseWith(module: PgQueryInstance, sql: Buffer, depth: 'tree' | 'kind'): ParseOutcome {
	const text = copyIn(module, sql);
	const result = module._wasm_parse_query_raw(text);
	// PgQueryParseResult { char *parse_tree; char *stderr_buffer; PgQueryError *error; }
	const tree = module.getValue(result, 'i32');
	const error = module.getValue(result + 8, 'i32');
	const outcome = error ? failureAt(module, error, sql) : success(module, tree, sql, depth);
	module._free(text);
	module._wasm_free_parse_result(result);
	return outcome;
}

/** Memory for C to read; the caller frees it. */
function copyIn(module: PgQueryInstance, sql: Buffer): number {
	const text = module._malloc(sql.length + 1);
	module.HEAPU8.set(sql, text);
	module.HEAPU8[text + sql.length] = 0;
	return text;
}

/** PgQueryError { char *message, *funcname, *filename; int lineno, cursorpos; char *context; }; cursorpos counts characters from 1. */
function failureAt(module: PgQueryInstance, error: number, sql: Buffer): ParseOutcome {
	const cursor = module.getValue(error + 16, 'i32');
	return {
		ok: false,
		message: module.UTF8ToString(module.getValue(error, 'i32')),
		offset: cursor > 0 ? offsetOfCharacter(sql, cursor - 1) : 0,
	};
}

function success(module: PgQueryInstance, tree: number, sql: Buffer, depth: 'tree' | 'kind'): ParseOutcome {
	const end = module.HEAPU8.indexOf(0, tree);
	const json = Buffer.from(module.HEAPU8.buffer, tree, end - tree);
	if (json.length > RECYCLE_TREE_BYTES) instance = null;
	if (depth === 'kind') {
		const kind = /"stmt":\{"(\w+)"/.exec(json.toString('latin1', 0, 200))?.[1];
		return { ok: true, statements: kind ? [{ start: 0, end: sql.length, kind, node: null }] : [] };
	}
	const { stmts = [] } = JSON.parse(json.toString('utf8')) as Tree;
	return {
		ok: true,
		statements: stmts.map(({ stmt = {} as Node, stmt_location: start = 0, stmt_len }) => {
			const [kind = 'Unknown', node = {}] = Object.entries(stmt)[0] ?? [];
			return { start, end: stmt_len ? start + stmt_len : sql.length, kind, node: node as Record<string, unknown> };
		}),
	};
}

function offsetOfCharacter(sql: Buffer, character: number): number {
	let seen = -1;
	for (let i = 0; i < sql.length; i++) {
		if (((sql[i] as number) & 0xc0) !== 0x80) seen++;
		if (seen === character) return i;
	}
	return sql.length;
}
