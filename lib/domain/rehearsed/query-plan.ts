import { countWords } from '../wording/count-words.ts';

/** How PostgreSQL means to run a query, or why it cannot. */
export type QueryPlan =
	| {
			/** PostgreSQL's estimate for all of it, in its own unit: about 1 for a page that is read in order. */
			cost: number;
			/** A node each, with its conditions below it, indented by its depth. */
			lines: string[];
			/** How each table is read: by these indexes, or, where there is none, as a whole. */
			scans: { relation: string; indexes: string[] }[];
			/** What running it took, where the target asks for that. */
			measured?: Measured;
			/** Why it was not measured although the target asks for it. */
			notMeasured?: string;
	  }
	| { error: string };

/**
 * `rows` that it returned, `rowsRead` of tables, also those that a condition left out, and `pages` of 8 kB that it looked at, in memory or
 * not. `ms` is told and compared with nothing: it depends on what is in memory and on what else the server does; the others are the same each time.
 */
export type Measured = { ms: number; rows: number; rowsRead: number; pages: number };

/** One of the target's named queries, as it is planned before the change and right after it, as that role. */
export type PlannedQuery = { name: string; role: string; sql: string; before: QueryPlan; after: QueryPlan };

/** A plan is dearer from this factor on, where the difference is more than what a few pages cost. */
const DEARER_BY = 2;
const WORTH_TELLING = 100;
const PAGES_WORTH_TELLING = 100;
const ROWS_WORTH_TELLING = 1_000;

export type PlanChange = { words: string; isWorse: boolean };

/** What is different about a query's plan, in words, the worse first; empty where it is much the same. */
export function planChanges({ before, after }: Pick<PlannedQuery, 'before' | 'after'>): PlanChange[] {
	if ('error' in after) return 'error' in before ? [] : [{ words: `no longer runs: ${after.error}`, isWorse: true }];
	if ('error' in before) return [{ words: 'runs now', isWorse: false }];
	const wasMeasured = before.measured !== undefined && after.measured !== undefined;
	const scans = after.scans.flatMap((now): PlanChange[] => {
		const was = before.scans.find(({ relation }) => relation === now.relation);
		if (!was || was.indexes.length > 0 === now.indexes.length > 0) return [];
		return now.indexes.length === 0
			? [{ words: `${now.relation} is read as a whole, before by ${was.indexes.join(', ')}`, isWorse: !wasMeasured }]
			: [{ words: `${now.relation} is read by ${now.indexes.join(', ')}, before as a whole`, isWorse: false }];
	});
	const dearer = before.measured && after.measured ? measuredChanges(before.measured, after.measured) : costChange(before.cost, after.cost);
	return [...scans, ...dearer].sort((a, b) => Number(b.isWorse) - Number(a.isWorse));
}

/** In a word. What was measured is better only where less was read. */
export function planVerdict(query: Pick<PlannedQuery, 'before' | 'after'>): 'worse' | 'better' | 'otherwise' | 'as before' {
	const changes = planChanges(query);
	if (changes.some(({ isWorse }) => isWorse)) return 'worse';
	if (changes.length === 0) return 'as before';
	const [before, after] = [query.before, query.after].map((plan) => ('error' in plan ? undefined : plan.measured));
	return before && after && readChanges(before, after).length === 0 ? 'otherwise' : 'better';
}

function measuredChanges(before: Measured, after: Measured): PlanChange[] {
	const returned =
		before.rows === after.rows ? [] : [{ words: `returns ${countWords(after.rows, 'row')}, before ${before.rows}`, isWorse: false }];
	return [...readChanges(before, after), ...returned];
}

function readChanges(before: Measured, after: Measured): PlanChange[] {
	return [
		...readChange(before.pages, after.pages, { of: 'page', worthTelling: PAGES_WORTH_TELLING }),
		...readChange(before.rowsRead, after.rowsRead, { of: 'row', worthTelling: ROWS_WORTH_TELLING }),
	];
}

function readChange(before: number, after: number, { of, worthTelling }: { of: string; worthTelling: number }): PlanChange[] {
	const times = Math.max(before, after) / Math.max(Math.min(before, after), 1);
	if (Math.abs(after - before) < worthTelling || times < DEARER_BY) return [];
	return [{ words: `reads ${countWords(after, of)}, before ${before.toLocaleString('en')}`, isWorse: after > before }];
}

function costChange(before: number, after: number): PlanChange[] {
	if (Math.abs(after - before) < WORTH_TELLING) return [];
	const times = after > before ? after / Math.max(before, 1) : before / Math.max(after, 1);
	if (times < DEARER_BY) return [];
	return [{ words: `estimated cost ${after > before ? '×' : '÷'}${times.toFixed(1)}`, isWorse: after > before }];
}
