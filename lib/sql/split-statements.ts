import { setImmediate as otherWork } from 'node:timers/promises';
import { cutPieces, type Intrusion, type Piece } from './cut-pieces.ts';
import { type LineIndex, lineIndex } from './line-index.ts';
import { type ParseOutcome, parse } from './parse.ts';

/** One statement of a file, exactly as filed: from its first token up to the semicolon, without it. */
export type SqlStatement = {
	/** From 0, within the file. */
	index: number;
	sql: string;
	byteOffset: number;
	/** 1-based; the column counts characters. */
	line: number;
	column: number;
	/** PostgreSQL's name for it, such as `CreateStmt`. */
	kind: string;
};

/** The kind of a statement that our parser cannot read. */
export const UNREAD = 'Unread';

/** With its tree, for rules. `node` is null for a statement of very many tokens, whose tree would not fit. */
export type ParsedStatement = SqlStatement & { node: Record<string, unknown> | null };

export type Reading =
	| { found: 'statement'; statement: ParsedStatement }
	/** The text becomes a statement of the kind UNREAD: the target's own version may be able to read it. */
	| { found: 'syntax_error'; message: string; byteOffset: number; statement: SqlStatement }
	| { found: 'too_large'; byteOffset: number; bytes: number; tokens: number }
	| { found: 'intrusion'; intrusion: Intrusion };

/** Limits of one statement. Measured: the parser then stays under 100 MB, and frees it again. */
export const MAX_STATEMENT_BYTES = 4 * 1024 * 1024;
export const MAX_STATEMENT_TOKENS = 500_000;
/** How much is parsed at once: small enough that a tree has a few megabytes and other work gets the processor every few milliseconds. */
const GROUP_BYTES = 32 * 1024;
const GROUP_TOKENS = 8_000;
/** Above this, only the kind of a statement is read from its tree. */
const TREE_TOKENS = 60_000;

/** The place where the text is not SQL. Bundles were checked at filing, so at run time this is a defect, not a refusal. */
export class SplitError extends Error {
	readonly line: number;
	readonly column: number;

	constructor(message: string, line: number, column: number) {
		super(`${line}:${column}: ${message}`);
		this.name = 'SplitError';
		this.line = line;
		this.column = column;
	}
}

/**
 * Splits a file by PostgreSQL's own parser; what it cannot read is one statement up to its semicolon, which the target reads or refuses.
 * Throws SplitError at the first thing that is not SQL: nothing is ever left out silently. `onParsed` gets each statement with its tree, in order;
 * what cannot be read has none.
 */
export async function splitStatements(sql: string, onParsed?: (statement: ParsedStatement) => void): Promise<SqlStatement[]> {
	const bytes = Buffer.from(sql, 'utf8');
	const lines = lineIndex(bytes);
	const statements: SqlStatement[] = [];
	for await (const reading of readStatements(bytes, lines)) {
		if (reading.found === 'syntax_error') {
			statements.push(reading.statement);
			onParsed?.({ ...reading.statement, node: null });
			continue;
		}
		if (reading.found !== 'statement') throw notSql(reading, lines);
		onParsed?.(reading.statement);
		const { node: _, ...statement } = reading.statement;
		statements.push(statement);
	}
	return statements;
}

function notSql(reading: Exclude<Reading, { found: 'statement' | 'syntax_error' }>, lines: LineIndex): SplitError {
	const { line, column } = lines.placeOf(reading.found === 'intrusion' ? reading.intrusion.start : reading.byteOffset);
	if (reading.found === 'too_large') return new SplitError('a statement over the limit', line, column);
	return new SplitError(reading.intrusion.kind === 'copy_data' ? 'data of COPY FROM STDIN' : 'a psql meta-command', line, column);
}

/**
 * Reads a file statement by statement, and continues after errors. Keeps one group of trees at a time, and lets other work
 * run between groups. `bytes` must be UTF-8 without NUL.
 */
export async function* readStatements(bytes: Buffer, lines: LineIndex): AsyncGenerator<Reading> {
	let index = 0;
	for (const group of groups(cutPieces(bytes))) {
		for (const reading of await readGroup(bytes, group)) {
			if (reading.found === 'syntax_error') {
				const { start, end, ...found } = reading;
				const sql = bytes.toString('utf8', start, end);
				const place = lines.placeOf(start);
				yield { ...found, statement: { index: index++, sql, byteOffset: start, ...place, kind: UNREAD } };
			} else if (reading.found !== 'statement') yield reading;
			else {
				const { byteOffset, end, kind, node } = reading;
				const sql = bytes.toString('utf8', byteOffset, end);
				yield { found: 'statement', statement: { index: index++, sql, byteOffset, ...lines.placeOf(byteOffset), kind, node } };
			}
		}
		await otherWork();
	}
}

type GroupReading =
	| { found: 'statement'; byteOffset: number; end: number; kind: string; node: Record<string, unknown> | null }
	| { found: 'syntax_error'; message: string; byteOffset: number; start: number; end: number }
	| Exclude<Reading, { found: 'statement' | 'syntax_error' }>;

async function readGroup(bytes: Buffer, pieces: Piece[]): Promise<GroupReading[]> {
	const [first, last] = [pieces[0], pieces.at(-1)];
	if (!first || !last) return [];
	const intrusions = pieces.flatMap((piece) => piece.intrusions);
	const readings: GroupReading[] = intrusions.map((intrusion) => ({ found: 'intrusion', intrusion }));
	const tooLarge = pieces.find(isTooLarge);
	if (tooLarge) {
		const { start, end, tokens } = tooLarge;
		return [...readings, { found: 'too_large', byteOffset: afterSpace(bytes, start, end), bytes: end - start, tokens }];
	}
	const text = withoutIntrusions(bytes, first.start, last.end, intrusions);
	const outcome = await parse(text, first.tokens > TREE_TOKENS ? 'kind' : 'tree');
	if (outcome.ok) return [...readings, ...placed(outcome, bytes, first.start)];
	if (pieces.length === 1) {
		const byteOffset = first.start + (outcome.offset || afterSpace(text, 0, text.length));
		const start = afterSpace(bytes, first.start, last.end);
		return [...readings, { found: 'syntax_error', message: outcome.message, byteOffset, start, end: beforeSpace(bytes, last.end) }];
	}
	const apart: GroupReading[] = [];
	for (const piece of pieces) apart.push(...(await readGroup(bytes, [piece])));
	return apart;
}

/** Comments may have any length. */
function isTooLarge({ start, end, tokens }: Piece): boolean {
	return tokens > MAX_STATEMENT_TOKENS || (tokens > 0 && end - start > MAX_STATEMENT_BYTES);
}

function placed(outcome: ParseOutcome & { ok: true }, bytes: Buffer, offset: number): GroupReading[] {
	return outcome.statements.map(({ start, end, kind, node }) => ({
		found: 'statement',
		byteOffset: afterSpace(bytes, offset + start, offset + end),
		end: beforeSpace(bytes, offset + end),
		kind,
		node,
	}));
}

/** The same length, with spaces in place of psql commands and data, so that the SQL around them is still read. */
function withoutIntrusions(bytes: Buffer, start: number, end: number, intrusions: Intrusion[]): Buffer {
	const inside = intrusions.filter((intrusion) => intrusion.start < end);
	if (inside.length === 0) return bytes.subarray(start, end);
	const text = Buffer.from(bytes.subarray(start, end));
	for (const intrusion of inside) text.fill(separates(intrusion) ? ';' : ' ', intrusion.start - start, intrusion.end - start);
	return text;
}

function separates(intrusion: Intrusion): boolean {
	return intrusion.kind === 'meta_command' && intrusion.command === '\\;';
}

function* groups(pieces: Iterable<Piece>): Generator<Piece[]> {
	let group: Piece[] = [];
	let bytes = 0;
	let tokens = 0;
	for (const piece of pieces) {
		const size = piece.end - piece.start;
		if (group.length > 0 && (bytes + size > GROUP_BYTES || tokens + piece.tokens > GROUP_TOKENS || endsAtIntrusion(group))) {
			yield group;
			group = [];
			bytes = 0;
			tokens = 0;
		}
		group.push(piece);
		bytes += size;
		tokens += piece.tokens;
	}
	if (group.length > 0) yield group;
}

/** A psql command ended the piece, or data follows it: there is no semicolon between it and the next. */
function endsAtIntrusion(group: Piece[]): boolean {
	const last = group.at(-1);
	return (last?.intrusions.length ?? 0) > 0;
}

function afterSpace(bytes: Buffer, start: number, end: number): number {
	let at = start;
	while (at < end && isSpace(bytes[at])) at++;
	return at;
}

function beforeSpace(bytes: Buffer, end: number): number {
	let at = end;
	while (at > 0 && isSpace(bytes[at - 1])) at--;
	return at;
}

function isSpace(byte: number | undefined): boolean {
	return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}
