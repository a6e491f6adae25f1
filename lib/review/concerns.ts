import type { OnParsed, StatementPlace } from '#lib/bundle/check-file.ts';
import { findingAbout, findingAt } from '#lib/bundle/finding-at.ts';
import { type CatalogFacts, type FactsAsk, keyOfMember } from '#lib/domain/bundle/catalog-facts.ts';
import { type Finding, findingName } from '#lib/domain/bundle/finding.ts';
import { keyOfAsk } from '#lib/domain/impact.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { lineIndex } from '#lib/sql/line-index.ts';
import { noteMade, nothingMade } from '#lib/sql/plan/made.ts';
import { readStatements } from '#lib/sql/split-statements.ts';
import { noActs, noteAct } from './bundle-acts.ts';
import type { Concern, ReviewContext } from './rule.ts';
import { REVIEW_RULES } from './rules/index.ts';

type Raised = { concern: Concern; at: StatementPlace };
export type ReviewedFile = { path: string; bytes: Buffer };
/** What the rules ask about a bundle; `isCut`: it does more than was looked at. */
type Concerns = { raised: Raised[]; isCut: boolean; asks: FactsAsk };

/** More than anybody accepts by name; the bundle is then too large to be judged as one. */
const MAX_CONCERNS = 2_000;
/** What says more of the same statement than that it locks. */
const SAYS_LOCKS = ['rewrites_table', 'scans_table', 'builds_index', 'drops_rows', 'empties_table'];

/** Reads a bundle with every rule, statement by statement, in order. Whatever must be asked of the catalog is gathered, so that it is asked once. */
export function beginConcerns({ target, secondsPerGb }: Pick<ReviewContext, 'target' | 'secondsPerGb'>): {
	read: OnParsed;
	concerns: () => Concerns;
} {
	const context: ReviewContext = { target, secondsPerGb, made: nothingMade(), acts: noActs() };
	const raised: Raised[] = [];
	return {
		read: (statement, at) => {
			if (raised.length <= MAX_CONCERNS)
				for (const rule of REVIEW_RULES) raised.push(...rule(statement, context).map((concern) => ({ concern, at })));
			noteAct(context.acts, statement, context.made);
			noteMade(context.made, statement);
		},
		concerns: () => {
			const looked = raised.slice(0, MAX_CONCERNS);
			return { raised: looked, isCut: raised.length > MAX_CONCERNS, asks: gathered(looked.map(({ concern }) => concern.asks ?? {})) };
		},
	};
}

/** The same of files that nothing else reads. */
export async function readConcerns(
	context: Pick<ReviewContext, 'target' | 'secondsPerGb'>,
	files: readonly ReviewedFile[],
): Promise<Concerns> {
	const { read, concerns } = beginConcerns(context);
	for (const { path, bytes } of files) {
		const lines = lineIndex(bytes);
		for await (const reading of readStatements(bytes, lines)) {
			if (reading.found !== 'statement') continue;
			read(reading.statement, { file: path, lines, byteOffset: reading.statement.byteOffset });
		}
	}
	return concerns();
}

/** What is found when the catalog has answered; with null, what the text alone tells, in doubt. */
export function judged({ raised, isCut }: Concerns, facts: CatalogFacts | null): Finding[] {
	const own = raised.flatMap(({ concern, at }) => {
		const said = concern.judge(facts);
		return said === null
			? []
			: [findingAt(at, { code: concern.code, ...(concern.about === null ? {} : { about: concern.about }), ...said })];
	});
	return [...(isCut ? [tooMuch()] : []), ...withoutRepeats(own)];
}

export function asksNothing(asks: FactsAsk): boolean {
	return Object.values(asks).every((list) => list.length === 0);
}

export const NOTHING_ASKED: CatalogFacts = {
	relations: {},
	reads: {},
	schemas: {},
	falls: {},
	mentions: {},
	volatileFunctions: [],
	roles: {},
	writers: {},
	members: {},
};

function gathered(asks: Partial<FactsAsk>[]): FactsAsk {
	const names = (pick: (ask: Partial<FactsAsk>) => string[] | undefined) => [...new Set(asks.flatMap((ask) => pick(ask) ?? []))];
	const distinct = <T>(pick: (ask: Partial<FactsAsk>) => T[] | undefined, key: (one: T) => string) => [
		...new Map(asks.flatMap((ask) => pick(ask) ?? []).map((one) => [key(one), one])).values(),
	];
	return {
		relations: names((ask) => ask.relations),
		reads: names((ask) => ask.reads),
		schemas: names((ask) => ask.schemas),
		mentions: names((ask) => ask.mentions),
		functions: names((ask) => ask.functions),
		roles: names((ask) => ask.roles),
		falls: distinct((ask) => ask.falls, keyOfAsk),
		writers: distinct((ask) => ask.writers, JSON.stringify),
		members: distinct((ask) => ask.members, keyOfMember),
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

function tooMuch(): Finding {
	return findingAbout(null, {
		code: 'review_cut',
		severity: 'accept',
		message: `the bundle does more than ${countWords(MAX_CONCERNS, 'thing')} that would have to be looked at: only the first were`,
		instead: 'File it as several changes.',
	});
}

/** About the bundle first, then in the order of execution; at one place in the order of the rules. */
export function inOrder(findings: Finding[], files: readonly ReviewedFile[]): Finding[] {
	const position = new Map(files.map(({ path }, index) => [path, index]));
	const rank = ({ file }: Finding) => (file === null ? -1 : (position.get(file) ?? files.length));
	return findings.sort((a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
