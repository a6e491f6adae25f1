import type { Finding } from '#lib/domain/bundle/finding.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { findKeyword } from '#lib/sql/find-keyword.ts';
import { type LineIndex, lineIndex } from '#lib/sql/line-index.ts';
import {
	MAX_STATEMENT_BYTES,
	MAX_STATEMENT_TOKENS,
	type ParsedStatement,
	type Reading,
	readStatements,
	type SqlStatement,
} from '#lib/sql/split-statements.ts';
import { joinDumpFindings } from './dump-file.ts';
import type { NewEnumValues } from './enums/new-enum-values.ts';
import { findingAt } from './finding-at.ts';
import type { ReadByUs } from './older-grammar.ts';
import { BYTE_RULES, STATEMENT_RULES } from './rules/index.ts';
import { metaCommand } from './rules/meta-command.ts';
import type { Objection } from './rules/rule.ts';
import { syntaxError } from './rules/syntax-error.ts';
import { type TargetGrammar, unreadStatement } from './rules/unread-statement.ts';

export type CheckedFile = { statementCount: number; findings: Finding[] };

/** Where a statement begins, as `findingAt` takes it. */
export type StatementPlace = { file: string; lines: LineIndex; byteOffset: number };
/** Whoever else reads a bundle's statements does so while they are checked: a second parse would cost as much as the check. */
export type OnParsed = (statement: ParsedStatement, at: StatementPlace) => void;

/** Checks one file: its bytes, then each statement. Stops at the limit of statements or findings; split-statements.ts limits the memory. */
export async function checkFile(file: {
	path: string;
	bytes: Buffer;
	grammar: TargetGrammar | undefined;
	/** Remembers what the statements of all files add to enums, and use of them. */
	enums: NewEnumValues;
	/** Gets every statement that our parser has read. */
	onRead: (statement: ReadByUs) => void;
	/** Gets the same with its tree. */
	onParsed: OnParsed | undefined;
	mostStatements: number;
	mostFindings: number;
	/** Ends the check between two statements, with its reason thrown. */
	signal: AbortSignal | undefined;
}): Promise<CheckedFile> {
	const lines = lineIndex(file.bytes);
	const at = (byteOffset: number, objection: Objection) => findingAt({ file: file.path, lines, byteOffset }, objection);
	const unreadable = BYTE_RULES.flatMap((rule) => rule(file.bytes) ?? []);
	const findings = unreadable.map((found) => at(found.offset, found));
	let statementCount = 0;
	let asked = 0;
	for await (const reading of readStatements(readable(file.bytes, unreadable), lines)) {
		file.signal?.throwIfAborted();
		if (reading.found === 'statement') {
			const { sql, byteOffset } = reading.statement;
			statementCount++;
			file.enums.read(reading.statement, (objection) => at(byteOffset, objection));
			file.onParsed?.(reading.statement, { file: file.path, lines, byteOffset });
			file.onRead({ sql, findingAt: (byte, objection) => at(byteOffset + byte, { code: 'syntax_error', ...objection }) });
		}
		const isAsked = reading.found === 'syntax_error' && file.grammar && asked++ < MOST_ASKED && !/too deeply nested/.test(reading.message);
		if (isAsked && reading.found === 'syntax_error' && file.grammar) {
			statementCount++;
			findings.push(...(await unreadObjections(reading.statement, file.grammar, at)));
		} else findings.push(...(await objections(reading, at)));
		if (statementCount > file.mostStatements || findings.length >= file.mostFindings) break;
	}
	return { statementCount, findings: joinDumpFindings(file, findings) };
}

/** The target is asked about at most this many statements per file that our parser cannot read; a file with more errors is not SQL. */
const MOST_ASKED = 200;

async function unreadObjections(
	{ sql, byteOffset }: SqlStatement,
	grammar: TargetGrammar,
	at: (byteOffset: number, objection: Objection) => Finding,
): Promise<Finding[]> {
	const { name, refusal } = await grammar.ask(sql);
	if (refusal) {
		const before = [...sql].slice(0, (refusal.position ?? 1) - 1).join('');
		return [at(byteOffset + Buffer.byteLength(before), syntaxError(`${refusal.message} (${name})`))];
	}
	const objection = await unreadStatement(sql);
	return objection ? [at(byteOffset, objection)] : [];
}

async function objections(reading: Reading, at: (byteOffset: number, objection: Objection) => Finding): Promise<Finding[]> {
	if (reading.found === 'statement') {
		const { statement } = reading;
		const objection = STATEMENT_RULES.map((rule) => rule(statement)).find((found) => found !== null);
		if (!objection) return [];
		const before = objection.keyword === undefined ? 0 : await findKeyword(statement.sql, objection.keyword);
		return [at(statement.byteOffset + (before ?? 0), objection)];
	}
	if (reading.found === 'syntax_error') return [at(reading.byteOffset, syntaxError(reading.message))];
	if (reading.found === 'too_large') return [at(reading.byteOffset, tooLarge(reading))];
	// The finding about COPY FROM STDIN covers its data.
	if (reading.intrusion.kind === 'copy_data') return [];
	return [at(reading.intrusion.start, metaCommand(reading.intrusion.command))];
}

function tooLarge({ bytes, tokens }: { bytes: number; tokens: number }): Objection {
	return {
		code: 'statement_too_large',
		message: `this statement has ${countWords(bytes, 'byte')} and ${countWords(tokens, 'token')} (limits: ${countWords(MAX_STATEMENT_BYTES, 'byte')}, ${countWords(MAX_STATEMENT_TOKENS, 'token')})`,
		instead: 'Split it into several statements: an INSERT with a thousand rows is as fast as one with a million.',
	};
}

/** For reading on after a BOM, NUL or invalid bytes: same length, all other bytes unchanged. */
function readable(bytes: Buffer, unreadable: Objection[]): Buffer {
	const found = unreadable.filter(({ code }) => code !== 'bidi_control');
	if (found.length === 0) return bytes;
	const text = Buffer.from(bytes);
	for (const { code } of found) {
		if (code === 'byte_order_mark') text.fill(' ', 0, 3);
		if (code === 'nul_byte') for (let i = text.indexOf(0); i !== -1; i = text.indexOf(0, i)) text[i] = 0x20;
		if (code === 'invalid_utf8') for (let i = 0; i < text.length; i++) if ((text[i] as number) > 0x7f) text[i] = 0x78;
	}
	return text;
}
