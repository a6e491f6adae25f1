import type { Finding } from '#lib/domain/bundle/finding.ts';
import type { Objection } from './rules/rule.ts';
import { PARSER_MAJOR, type TargetGrammar } from './rules/unread-statement.ts';

/** A statement that our parser has read, and what makes a finding at a byte of it. */
export type ReadByUs = { sql: string; findingAt: (byte: number, objection: Omit<Objection, 'code'>) => Finding };

/** Asked about in one question: a bundle of 20 MB takes 160. */
const BATCH_CHARACTERS = 128 * 1024;
/** A comment at the end of one must not hide the next. */
const SEPARATOR = '\n;\n';

/**
 * What a target that is older than our parser has against statements which that parser has read: syntax that came with a newer version. All
 * are asked about, many at once; nothing is asked of a target that is as new.
 */
export async function olderGrammarFindings(statements: ReadByUs[], grammar: TargetGrammar, mostFindings: number): Promise<Finding[]> {
	if (statements.length === 0 || !(await grammar.isOlder())) return [];
	const findings: Finding[] = [];
	for (const batch of batches(statements)) {
		let left = batch;
		while (left.length > 0 && findings.length < mostFindings) {
			const refused = await firstRefused(left, grammar);
			if (!refused) break;
			findings.push(refused.finding);
			left = left.slice(refused.at + 1);
		}
	}
	return findings;
}

function* batches(statements: ReadByUs[]): Generator<ReadByUs[]> {
	let batch: ReadByUs[] = [];
	let characters = 0;
	for (const one of statements) {
		batch.push(one);
		characters += one.sql.length;
		if (characters < BATCH_CHARACTERS) continue;
		yield batch;
		batch = [];
		characters = 0;
	}
	if (batch.length > 0) yield batch;
}

/** The parser stops at the first; its position counts characters through all of them. */
async function firstRefused(statements: ReadByUs[], grammar: TargetGrammar): Promise<{ at: number; finding: Finding } | null> {
	const { name, refusal } = await grammar.ask(statements.map(({ sql }) => sql).join(SEPARATOR));
	if (!refusal) return null;
	const { at, characters } = placeOf(statements, (refusal.position ?? 1) - 1);
	const one = statements[at] as ReadByUs;
	const before = [...one.sql].slice(0, characters).join('');
	const finding = one.findingAt(Buffer.byteLength(before), {
		message: `${refusal.message} (${name})`,
		instead: `PostgreSQL ${PARSER_MAJOR} reads this, but the target is ${name}: write it as that version takes it.`,
	});
	return { at, finding };
}

function placeOf(statements: ReadByUs[], characters: number): { at: number; characters: number } {
	let left = characters;
	for (const [at, { sql }] of statements.entries()) {
		const length = [...sql].length;
		if (left < length + SEPARATOR.length) return { at, characters: Math.min(left, length) };
		left -= length + SEPARATOR.length;
	}
	return { at: statements.length - 1, characters: 0 };
}
