/**
 * A stretch of a file that ends at a top-level semicolon: bytes [start, end), the semicolon left out.
 * PostgreSQL's parser decides what is a statement; pieces only bound how much it is given at once,
 * and let reading go on after a syntax error.
 */
export type Piece = { start: number; end: number; tokens: number; intrusions: Intrusion[] };

/** What is not SQL: psql would have acted on it. Bytes [start, end). */
export type Intrusion =
	| { kind: 'meta_command'; start: number; end: number; command: string }
	| { kind: 'copy_data'; start: number; end: number };

/** What the cutter remembers of the words of a piece. */
type Words = { first: string[]; previous: string; fromStdin: boolean; atomicDepth: number };

/** These psql commands send the text so far, like a semicolon. */
const SENDING = /^\\(g|gx|gset|gexec|gdesc|crosstabview|watch|;)/;
/** Empty statements and the white space between them. */
const NOTHING = /[ \t\n\v\f\r;]*/y;
const WORD = /[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*/y;
const TAG = /\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$/y;
const CONTINUED = /(?:[ \t\f\v]|--[^\r\n]*)*[\r\n](?:\s|--[^\r\n]*[\r\n])*'/y;

/** Cuts SQL at its top-level semicolons as PostgreSQL's scanner reads quotes, comments and dollar quotes. Never throws: an unclosed quote or comment runs to the end. */
export function* cutPieces(sql: Buffer): Generator<Piece> {
	// One character per byte: everything that ends a token is ASCII, which UTF-8 never uses inside another character.
	const text = sql.toString('latin1');
	let at = (match(NOTHING, text, 0) ?? '').length;
	while (at < text.length) {
		const piece = cutPiece(text, at);
		yield piece;
		at = piece.next + (match(NOTHING, text, piece.next) ?? '').length;
	}
}

function cutPiece(text: string, start: number): Piece & { next: number } {
	const words: Words = { first: [], previous: '', fromStdin: false, atomicDepth: 0 };
	const intrusions: Intrusion[] = [];
	let tokens = 0;
	let depth = 0;
	let at = start;
	const ended = (end: number, next: number) => ({ start, end, tokens, intrusions, next });
	while (at < text.length) {
		const c = text[at] as string;
		if (c <= ' ') at++;
		else if (text.startsWith('--', at)) at = lineEnd(text, at);
		else if (text.startsWith('/*', at)) at = afterComment(text, at);
		else if (c === '\\') {
			const command = metaCommand(text, at);
			intrusions.push(command);
			at = command.end;
			if (SENDING.test(command.command)) return ended(at, at);
		} else if (c === ';' && words.atomicDepth === 0 && (depth === 0 || !isRule(words))) {
			const data = words.fromStdin && words.first[0] === 'copy' ? copyData(text, at + 1) : null;
			if (data) intrusions.push(data);
			return ended(at, data ? data.end : at + 1);
		} else {
			tokens++;
			if (c === '(') depth++;
			if (c === ')') depth--;
			at = afterToken(text, at, words, depth);
		}
	}
	return ended(text.length, text.length);
}

function afterToken(text: string, at: number, words: Words, depth: number): number {
	const c = text[at] as string;
	if (c === "'") return afterQuote(text, at, "'");
	if (c === '"') return afterQuote(text, at, '"');
	if (c === '$') {
		const tag = match(TAG, text, at);
		return tag ? endOf(text.indexOf(tag, at + tag.length), tag.length, text) : at + 1;
	}
	const word = match(WORD, text, at);
	if (!word) {
		words.previous = c;
		return at + 1;
	}
	const after = at + word.length;
	if (word.length === 1 && /e/i.test(word) && text[after] === "'") return afterEscapeString(text, after);
	note(word.toLowerCase(), words, depth);
	return after;
}

function note(word: string, words: Words, depth: number): void {
	if (words.first.length < 4) words.first.push(word);
	if (word === 'stdin' && words.previous === 'from' && depth === 0) words.fromStdin = true;
	// A column may be called "end" after AS or a dot.
	const keyword = words.previous !== 'as' && words.previous !== '.';
	if (word === 'atomic' && words.previous === 'begin' && isRoutine(words)) words.atomicDepth = 1;
	else if (words.atomicDepth > 0 && keyword && word === 'case') words.atomicDepth++;
	else if (words.atomicDepth > 0 && keyword && word === 'end') words.atomicDepth--;
	words.previous = word;
}

function isRoutine({ first }: Words): boolean {
	return first[0] === 'create' && first.some((word) => word === 'function' || word === 'procedure');
}

/** Only CREATE RULE … DO (one; two) has semicolons in parentheses. Elsewhere a forgotten ")" therefore hides nothing. */
function isRule({ first }: Words): boolean {
	return first[0] === 'create' && first.includes('rule');
}

function afterQuote(text: string, at: number, quote: string): number {
	return endOf(text.indexOf(quote, at + 1), 1, text);
}

/** E'…': a backslash escapes, also in the parts that continue the string on further lines. */
function afterEscapeString(text: string, quote: number): number {
	let at = quote + 1;
	while (at < text.length) {
		if (text[at] === '\\') at += 2;
		else if (text[at] !== "'") at++;
		else if (text[at + 1] === "'") at += 2;
		else {
			const continued = match(CONTINUED, text, at + 1);
			if (!continued) return at + 1;
			at += 1 + continued.length;
		}
	}
	return text.length;
}

function afterComment(text: string, start: number): number {
	const edge = /\/\*|\*\//g;
	edge.lastIndex = start;
	let depth = 0;
	for (let found = edge.exec(text); found; found = edge.exec(text)) {
		depth += found[0] === '/*' ? 1 : -1;
		if (depth === 0) return edge.lastIndex;
	}
	return text.length;
}

function metaCommand(text: string, at: number): Intrusion & { kind: 'meta_command' } {
	if (text[at + 1] === ';') return { kind: 'meta_command', start: at, end: at + 2, command: '\\;' };
	const end = lineEnd(text, at);
	const command = /^\\\S?[A-Za-z_+?]*/.exec(text.slice(at, Math.min(end, at + 50)))?.[0] ?? '\\';
	return { kind: 'meta_command', start: at, end, command };
}

/** The lines after COPY … FROM STDIN; up to and with the line `\.`; null when no such line follows. */
function copyData(text: string, after: number): Intrusion | null {
	const start = lineEnd(text, after);
	const mark = /^\\\.\r?$/gm;
	mark.lastIndex = start;
	return mark.exec(text) ? { kind: 'copy_data', start, end: mark.lastIndex } : null;
}

function lineEnd(text: string, at: number): number {
	const end = /[\r\n]/g;
	end.lastIndex = at;
	return end.exec(text)?.index ?? text.length;
}

function match(pattern: RegExp, text: string, at: number): string | null {
	pattern.lastIndex = at;
	return pattern.exec(text)?.[0] ?? null;
}

function endOf(found: number, length: number, text: string): number {
	return found === -1 ? text.length : found + length;
}
