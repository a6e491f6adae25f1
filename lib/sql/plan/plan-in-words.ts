import { lineIndex } from '#lib/sql/line-index.ts';
import { readStatements } from '#lib/sql/split-statements.ts';
import { type Act, LOCKS } from './act.ts';
import { actsOf } from './statement-acts.ts';

/** One line of the plan: "Creates 4 tables", their names, what is done to them, what it holds up, and in how many files. */
export type PlanLine = {
	sign: Act['sign'];
	lead: string;
	names: string[];
	/** Names beyond the ones shown. */
	more: number;
	details: string[];
	note: string | null;
	/** What a restore would not bring back of it. */
	beyondRestore: string | null;
	files: number;
};
export type Plan = { lines: PlanLine[] /** Lines beyond the ones shown. */; more: number; statements: number };

const NAMES_SHOWN = 12;
const LINES_SHOWN = 200;
const SIGNS: Act['sign'][] = ['drop', 'alter', 'data', 'grant', 'create', 'other'];
const LOCK_ORDER: string[] = [LOCKS.exclusive, LOCKS.noWrites, LOCKS.rows, LOCKS.light];

type Group = {
	sign: Act['sign'];
	lead: string;
	noun: string | null;
	names: Map<string, number>;
	details: Map<string, number>;
	count: number;
	locks: Map<string, Set<string>>;
	files: Set<string>;
	/** Altered, and created by the same bundle. */
	isNew: boolean;
	beyondRestore: string | null;
};

/** Only the target's own version could read it. */
const UNREADABLE: Act = { sign: 'other', lead: 'Cannot be said in words: read the SQL', noun: null, object: null };

/**
 * What the files do, in words: only what the kinds of their statements tell. What no restore brings back comes first, then what
 * takes something away.
 * A lock on something that the bundle itself creates holds nobody up, and is not mentioned.
 */
export async function planInWords(files: { path: string; bytes: Buffer }[]): Promise<Plan> {
	const groups = new Map<string, Group>();
	const created = new Set<string>();
	let statements = 0;
	for (const { path, bytes } of files) {
		for await (const reading of readStatements(bytes, lineIndex(bytes))) {
			if (reading.found === 'syntax_error') {
				statements += 1;
				addAct(groups, { act: UNREADABLE, path, isNew: false });
			}
			// Filed bundles were checked: everything else in them is a statement.
			if (reading.found !== 'statement') continue;
			statements += 1;
			for (const act of actsOf(reading.statement)) {
				if (act.lead === 'Creates' && act.object) created.add(act.object);
				addAct(groups, { act, path, isNew: act.lock !== undefined && created.has(act.lock.relation) });
			}
		}
	}
	const all = [...groups.values()].sort((a, b) => rank(a) - rank(b)).map(lineOf);
	return { lines: all.slice(0, LINES_SHOWN), more: Math.max(0, all.length - LINES_SHOWN), statements };
}

function rank({ sign, beyondRestore }: Group): number {
	return beyondRestore === null ? SIGNS.length + SIGNS.indexOf(sign) : SIGNS.indexOf(sign);
}

function addAct(groups: Map<string, Group>, { act, path, isNew }: { act: Act; path: string; isNew: boolean }): void {
	// What is altered gets a line of its own; what is created, dropped or granted alike shares one.
	const isAltered = act.detail !== undefined;
	const key = isAltered ? `alter ${act.object}` : [act.sign, act.lead, act.noun].join('|');
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
	if (act.lock && !isNew) group.locks.set(act.lock.words, (group.locks.get(act.lock.words) ?? new Set()).add(act.lock.relation));
	group.count += 1;
	group.files.add(path);
}

function lineOf(group: Group): PlanLine {
	const names = [...group.names].map(([name, times]) => (times > 1 && group.sign === 'data' ? `${name} (${times} statements)` : name));
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
	const words = LOCK_ORDER.find((order) => locks.has(order));
	if (words === undefined) return null;
	const relations = [...(locks.get(words) ?? [])];
	const shown = relations.slice(0, 3).join(', ');
	return words.replace('{on}', relations.length > 3 ? `${shown} and ${relations.length - 3} more` : shown);
}

function leadOf({ lead, noun, count }: Group, objects: number): string {
	if (noun === null) return count === 1 ? lead : `${lead} (${count} statements)`;
	return objects === 1 ? `${lead} ${noun}` : `${lead} ${objects} ${plural(noun)}`;
}

function plural(noun: string): string {
	if (noun.startsWith('every ')) return noun.replace(/schema$/, 'schemas');
	return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : noun.endsWith('x') ? `${noun}es` : `${noun}s`;
}
