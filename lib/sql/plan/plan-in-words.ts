import { countWords } from '#lib/domain/wording/count-words.ts';
import { lineIndex } from '#lib/sql/line-index.ts';
import { type ParsedStatement, readStatements } from '#lib/sql/split-statements.ts';
import { type Act, LOCK_LEVELS, LOCKS, type LockLevel, type Reach } from './act.ts';
import type { Harm, HarmKind } from './harm.ts';
import { type HarmLine, type HarmSummary, harmLines, harmSummary } from './harm-lines.ts';
import { harmsOf, unreadHarms } from './harms.ts';
import { isMade, type Made, noteMade, nothingMade } from './made.ts';
import { plural } from './parse-names.ts';
import { actsOf } from './statement-acts.ts';
import { type NeededLock, neededLocks, noteTouched, type Touched } from './touched.ts';

/** One line of the plan: "Creates 4 tables", their names, what is done to them, what it locks, and in how many files. */
export type PlanLine = {
	sign: Act['sign'];
	lead: string;
	names: string[];
	/** Names beyond the ones shown. */
	more: number;
	details: string[];
	note: string | null;
	/** Which effect a restore would not undo. */
	beyondRestore: string | null;
	files: number;
};
/** A relation that was there before, the heaviest lock that is taken on it, in words, by how many statements, and what is locked with it. */
export type TouchedRelation = { name: string; lock: string; level: LockLevel; statements: number; reaches: Reach[] };
export type Plan = {
	/** What can lose data, opens it or hides what it does; the worst first. */
	harms: HarmLine[];
	harm: HarmSummary;
	lines: PlanLine[];
	/** Lines beyond the ones shown. */
	more: number;
	touched: TouchedRelation[];
	/** Relations beyond the ones shown. */
	moreTouched: number;
	/** All of them, each with the statement that locks it first. */
	needed: NeededLock[];
	statements: number;
};

const TOUCHED_SHOWN = 100;
const NAMES_SHOWN = 12;
const LINES_SHOWN = 200;
const SIGNS: Act['sign'][] = ['drop', 'alter', 'data', 'grant', 'create', 'other'];

/** On what the bundle has made itself they harm nobody. */
const LOST_BY_OTHERS: HarmKind[] = [
	'drop',
	'drop_cascade',
	'truncate',
	'delete_all',
	'update_all',
	'merge_delete',
	'retype',
	'unlogged',
	'rls_off',
];

type Group = {
	sign: Act['sign'];
	lead: string;
	noun: string | null;
	names: Map<string, number>;
	details: Map<string, number>;
	count: number;
	locks: Map<LockLevel, Set<string>>;
	files: Set<string>;
	/** Altered, and created by the same bundle. */
	isNew: boolean;
	beyondRestore: string | null;
};

/** Only the target's own version could read it. */
const UNREADABLE: Act = { sign: 'other', lead: 'No description possible: read the SQL', noun: null, object: null };

type Reading = {
	database: string | null;
	groups: Map<string, Group>;
	harms: Harm[];
	touched: Touched;
	made: Made;
	statements: number;
};

/**
 * What the files do, in words, from their statements alone. What can lose data stands by itself. Of the lines, effects that no restore
 * undoes come first, then removals. `database`: the target's; where it is not known, every database that is named counts as another one. Where the bundle itself has made what it works on, nothing is lost and nobody waits.
 */
export async function planInWords(files: { path: string; bytes: Buffer }[], database: string | null = null): Promise<Plan> {
	const plan: Reading = { database, groups: new Map(), harms: [], touched: new Map(), made: nothingMade(), statements: 0 };
	for (const { path, bytes } of files) {
		for await (const reading of readStatements(bytes, lineIndex(bytes))) {
			if (reading.found === 'syntax_error') {
				plan.statements += 1;
				plan.harms.push(...unreadHarms(reading.statement.sql));
				addAct(plan.groups, { act: UNREADABLE, path, isNew: false });
			}
			// Filed bundles were checked: everything else in them is a statement.
			if (reading.found === 'statement') addStatement(plan, reading.statement, path);
		}
	}
	const lines = [...plan.groups.values()].sort((a, b) => rank(a) - rank(b)).map(lineOf);
	const harms = harmLines(plan.harms);
	const touched = touchedOf(plan.touched);
	return {
		harms,
		harm: harmSummary(harms),
		lines: lines.slice(0, LINES_SHOWN),
		more: Math.max(0, lines.length - LINES_SHOWN),
		touched: touched.slice(0, TOUCHED_SHOWN),
		moreTouched: Math.max(0, touched.length - TOUCHED_SHOWN),
		needed: neededLocks(plan.touched),
		statements: plan.statements,
	};
}

function addStatement(plan: Reading, statement: ParsedStatement, path: string): void {
	plan.statements += 1;
	plan.harms.push(...harmsOf(statement).filter(({ noun, name, kind }) => !LOST_BY_OTHERS.includes(kind) || !isMade(plan.made, noun, name)));
	const acts = actsOf(statement, plan.database);
	for (const act of acts)
		addAct(plan.groups, { act, path, isNew: act.locks?.some((lock) => isMade(plan.made, 'table', lock.relation)) ?? false });
	noteTouched(plan.touched, { acts, made: plan.made, at: { statement: plan.statements, file: path, line: statement.line } });
	noteMade(plan.made, statement);
}

function touchedOf(touched: Reading['touched']): TouchedRelation[] {
	return [...touched]
		.map(([name, { level, statements, reaches }]) => ({ name, lock: LOCKS[level].alone, level, statements, reaches }))
		.sort((a, b) => LOCK_LEVELS.indexOf(a.level) - LOCK_LEVELS.indexOf(b.level));
}

function rank({ sign, beyondRestore }: Group): number {
	return beyondRestore === null ? SIGNS.length + SIGNS.indexOf(sign) : SIGNS.indexOf(sign);
}

function addAct(groups: Map<string, Group>, { act, path, isNew }: { act: Act; path: string; isNew: boolean }): void {
	// Each altered object gets its own line; objects created, dropped or granted the same way share one.
	const isAltered = act.detail !== undefined;
	const key = isAltered ? `alter ${act.object}` : [act.sign, act.lead, act.noun, act.beyondRestore].join('|');
	const group = groups.get(key) ?? {
		sign: isAltered && !isNew ? act.sign : isAltered ? 'create' : act.sign,
		lead: act.lead,
		noun: act.noun,
		names: new Map(),
		details: new Map(),
		count: 0,
		locks: new Map(),
		files: new Set(),
		isNew: isAltered && isNew,
		beyondRestore: act.beyondRestore ?? null,
	};
	groups.set(key, group);
	if (isAltered && act.sign === 'drop') group.sign = 'drop';
	if (act.object) group.names.set(act.object, (group.names.get(act.object) ?? 0) + 1);
	if (act.detail) group.details.set(act.detail, (group.details.get(act.detail) ?? 0) + 1);
	if (!isNew)
		for (const { level, relation } of act.locks ?? []) group.locks.set(level, (group.locks.get(level) ?? new Set()).add(relation));
	group.count += 1;
	group.files.add(path);
}

function lineOf(group: Group): PlanLine {
	const names = [...group.names].map(([name, times]) =>
		times > 1 && group.sign === 'data' ? `${name} (${countWords(times, 'statement')})` : name,
	);
	return {
		sign: group.sign,
		lead: leadOf(group, names.length),
		names: names.slice(0, NAMES_SHOWN),
		more: Math.max(0, names.length - NAMES_SHOWN),
		details: [...group.details].map(([detail, times]) => (times > 1 ? `${detail} (${times} times)` : detail)),
		note: noteOf(group.locks) ?? (group.isNew ? 'New in this change' : null),
		beyondRestore: group.beyondRestore,
		files: group.files.size,
	};
}

/** The heaviest lock, and on what. */
function noteOf(locks: Group['locks']): string | null {
	const level = LOCK_LEVELS.find((one) => locks.has(one));
	if (level === undefined) return null;
	const relations = [...(locks.get(level) ?? [])];
	const shown = relations.slice(0, 3).join(', ');
	return LOCKS[level].on.replace('{on}', relations.length > 3 ? `${shown} and ${relations.length - 3} more` : shown);
}

function leadOf({ lead, noun, count }: Group, objects: number): string {
	if (noun === null) return count === 1 ? lead : `${lead} (${countWords(count, 'statement')})`;
	return objects === 1 ? `${lead} ${noun}` : `${lead} ${countWords(objects, noun, plural(noun))}`;
}
