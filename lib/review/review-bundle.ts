import { setTimeout as wait } from 'node:timers/promises';
import { findingAbout, findingAt } from '#lib/bundle/finding-at.ts';
import type { CatalogFacts, FactsAsk } from '#lib/domain/bundle/catalog-facts.ts';
import { type Finding, findingName } from '#lib/domain/bundle/finding.ts';
import { keyOfAsk } from '#lib/domain/impact.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { readCatalogFacts } from '#lib/postgres/catalog/read-catalog-facts.ts';
import { redact } from '#lib/redact.ts';
import { type LineIndex, lineIndex } from '#lib/sql/line-index.ts';
import { noteMade, nothingMade } from '#lib/sql/plan/made.ts';
import { readStatements } from '#lib/sql/split-statements.ts';
import { askSquawk } from './ask-squawk.ts';
import { noActs, noteAct } from './bundle-acts.ts';
import type { Concern, ReviewContext } from './rule.ts';
import { REVIEW_RULES } from './rules/index.ts';

type Raised = { concern: Concern; at: { file: string; lines: LineIndex; byteOffset: number } };
type ReviewedFile = { path: string; bytes: Buffer };
type Reviewed = {
	target: Target;
	files: readonly ReviewedFile[];
	/** What one GB takes on this target when a table is written anew; null while nobody has measured it. */
	secondsPerGb: number | null;
};

/** Filing waits for the target's answers at most this long, once. */
const ANSWER_MS = 5_000;
/** More than anybody accepts by name; the bundle is then too large to be judged as one. */
const MAX_CONCERNS = 1_000;
/** What says more of the same statement than that it locks. */
const SAYS_LOCKS = ['rewrites_table', 'scans_table', 'builds_index', 'drops_rows', 'empties_table'];

/**
 * What a bundle that may be filed does to its target, beside each line: what only the target's catalog tells, and squawk's rules. Asks the
 * target once, in a session that only reads; when it does not answer in time that is a finding too, and what the text alone tells is said
 * in doubt. Never throws on what the target says.
 */
export async function reviewBundle({ target, files, secondsPerGb }: Reviewed): Promise<Finding[]> {
	const context: ReviewContext = { target, secondsPerGb, made: nothingMade(), acts: noActs() };
	const { raised, isCut } = await readConcerns(context, files);
	const asked = await askCatalog(target, raised);
	const own = raised.flatMap(({ concern, at }) => {
		const said = concern.judge(asked.facts);
		return said === null
			? []
			: [findingAt(at, { code: concern.code, ...(concern.about === null ? {} : { about: concern.about }), ...said })];
	});
	const findings = [
		...(asked.whyNot === null ? [] : [notAnswered(target, asked.whyNot)]),
		...(isCut ? [tooMuch()] : []),
		...withoutRepeats(own),
		...(await askSquawk(files)),
	];
	return inOrder(findings, files);
}

async function readConcerns(context: ReviewContext, files: readonly ReviewedFile[]): Promise<{ raised: Raised[]; isCut: boolean }> {
	const raised: Raised[] = [];
	for (const { path, bytes } of files) {
		const lines = lineIndex(bytes);
		for await (const reading of readStatements(bytes, lines)) {
			if (reading.found !== 'statement') continue;
			const { statement } = reading;
			if (raised.length <= MAX_CONCERNS) {
				const at = { file: path, lines, byteOffset: statement.byteOffset };
				for (const rule of REVIEW_RULES) raised.push(...rule(statement, context).map((concern) => ({ concern, at })));
			}
			noteMade(context.made, statement);
			noteAct(context.acts, statement);
		}
	}
	return { raised: raised.slice(0, MAX_CONCERNS), isCut: raised.length > MAX_CONCERNS };
}

async function askCatalog(target: Target, raised: Raised[]): Promise<{ facts: CatalogFacts | null; whyNot: string | null }> {
	const asks = gathered(raised.map(({ concern }) => concern.asks ?? {}));
	if (Object.values(asks).every((list) => list.length === 0)) return { facts: NOTHING_ASKED, whyNot: null };
	try {
		const late = wait(ANSWER_MS, null, { ref: false }).then(() => {
			throw new Error(`no answer within ${ANSWER_MS / 1000} s`);
		});
		return { facts: await Promise.race([readCatalogFacts(target, asks, { timeoutMs: ANSWER_MS }), late]), whyNot: null };
	} catch (error) {
		return { facts: null, whyNot: redact((error as Error).message).split('\n')[0] || 'no answer' };
	}
}

const NOTHING_ASKED: CatalogFacts = { relations: {}, schemas: {}, falls: {}, mentions: {}, volatileFunctions: [], roles: {}, writers: {} };

function gathered(asks: Partial<FactsAsk>[]): FactsAsk {
	const names = (pick: (ask: Partial<FactsAsk>) => string[] | undefined) => [...new Set(asks.flatMap((ask) => pick(ask) ?? []))];
	const distinct = <T>(pick: (ask: Partial<FactsAsk>) => T[] | undefined, key: (one: T) => string) => [
		...new Map(asks.flatMap((ask) => pick(ask) ?? []).map((one) => [key(one), one])).values(),
	];
	return {
		relations: names((ask) => ask.relations),
		schemas: names((ask) => ask.schemas),
		mentions: names((ask) => ask.mentions),
		functions: names((ask) => ask.functions),
		roles: names((ask) => ask.roles),
		falls: distinct((ask) => ask.falls, keyOfAsk),
		writers: distinct((ask) => ask.writers, JSON.stringify),
	};
}

/** A lock is said once a relation, and not where more is said of the same statement; nothing is said twice under one name. */
function withoutRepeats(findings: Finding[]): Finding[] {
	const placeOf = ({ file, line, column }: Finding) => `${file}:${line}:${column}`;
	const more = new Set(findings.filter(({ code }) => SAYS_LOCKS.includes(code)).map(placeOf));
	const locked = new Set<string | null>();
	const kept = findings.filter((finding) => {
		if (finding.code !== 'locks_out') return true;
		const isSaid = more.has(placeOf(finding)) || locked.has(finding.about);
		locked.add(finding.about);
		return !isSaid;
	});
	return [...new Map(kept.map((finding) => [findingName(finding), finding])).values()];
}

function notAnswered({ name }: Target, why: string): Finding {
	return findingAbout(null, {
		code: 'not_reviewed',
		severity: 'accept',
		message: `${name} did not say in time what its catalog holds (${why}): sizes and what depends on what are not known, and what only the catalog tells is missing here`,
		instead: 'File it again when the target answers.',
	});
}

function tooMuch(): Finding {
	return findingAbout(null, {
		code: 'review_cut',
		severity: 'accept',
		message: `the bundle does more than ${countWords(MAX_CONCERNS, 'thing')} that would have to be looked at: only the first were`,
		instead: 'File it as several changes.',
	});
}

/** About the bundle first, then in the order of execution; at one place in the order of the rules. */
function inOrder(findings: Finding[], files: readonly ReviewedFile[]): Finding[] {
	const position = new Map(files.map(({ path }, index) => [path, index]));
	const rank = ({ file }: Finding) => (file === null ? -1 : (position.get(file) ?? files.length));
	return findings.sort((a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
