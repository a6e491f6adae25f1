/** How PostgreSQL means to run a query, or why it cannot. */
export type QueryPlan =
	| {
			/** PostgreSQL's estimate for all of it, in its own unit: about 1 for a page that is read in order. */
			cost: number;
			/** A node each, with its conditions below it, indented by its depth. */
			lines: string[];
			/** How each table is read: by these indexes, or, where there is none, as a whole. */
			scans: { relation: string; indexes: string[] }[];
	  }
	| { error: string };

/** One of the target's named queries, as it is planned before the change and right after it, as that role. */
export type PlannedQuery = { name: string; role: string; sql: string; before: QueryPlan; after: QueryPlan };

/** A plan is dearer from this factor on, where the difference is more than what a few pages cost. */
const DEARER_BY = 2;
const WORTH_TELLING = 100;

export type PlanChange = { words: string; isWorse: boolean };

/** What is different about a query's plan, in words, the worse first; empty where it is much the same. */
export function planChanges({ before, after }: Pick<PlannedQuery, 'before' | 'after'>): PlanChange[] {
	if ('error' in after) return 'error' in before ? [] : [{ words: `no longer runs: ${after.error}`, isWorse: true }];
	if ('error' in before) return [{ words: 'runs now', isWorse: false }];
	const scans = after.scans.flatMap((now): PlanChange[] => {
		const was = before.scans.find(({ relation }) => relation === now.relation);
		if (!was || was.indexes.length > 0 === now.indexes.length > 0) return [];
		return now.indexes.length === 0
			? [{ words: `${now.relation} is read as a whole, before by ${was.indexes.join(', ')}`, isWorse: true }]
			: [{ words: `${now.relation} is read by ${now.indexes.join(', ')}, before as a whole`, isWorse: false }];
	});
	return [...scans, ...costChange(before.cost, after.cost)].sort((a, b) => Number(b.isWorse) - Number(a.isWorse));
}

function costChange(before: number, after: number): PlanChange[] {
	if (Math.abs(after - before) < WORTH_TELLING) return [];
	const times = after > before ? after / Math.max(before, 1) : before / Math.max(after, 1);
	if (times < DEARER_BY) return [];
	return [{ words: `estimated cost ${after > before ? '×' : '÷'}${times.toFixed(1)}`, isWorse: after > before }];
}
