import { expect, test } from 'vitest';
import { planChanges, planVerdict, type QueryPlan } from '#lib/domain/rehearsed/query-plan.ts';

const plan = (cost: number, indexes: string[] | null): QueryPlan => ({
	cost,
	lines: [],
	scans: indexes ? [{ relation: 'eng.teams', indexes }] : [],
});

test('a table that is read as a whole and was read by an index is worse, and the other way round better', () => {
	expect(planChanges({ before: plan(8, ['teams_pkey']), after: plan(9, []) })).toEqual([
		{ words: 'eng.teams is read as a whole, before by teams_pkey', isWorse: true },
	]);
	expect(planChanges({ before: plan(9, []), after: plan(8, ['teams_name_key']) })).toMatchObject([{ isWorse: false }]);
	expect(planChanges({ before: plan(8, ['a']), after: plan(8, ['b']) })).toEqual([]);
	expect(planChanges({ before: plan(8, null), after: plan(8, []) })).toEqual([]);
});

test('a cost that doubles is told, where it is more than a few pages', () => {
	expect(planChanges({ before: plan(300, null), after: plan(1_020, null) })).toEqual([{ words: 'estimated cost ×3.4', isWorse: true }]);
	expect(planChanges({ before: plan(1_020, null), after: plan(300, null) })).toEqual([{ words: 'estimated cost ÷3.4', isWorse: false }]);
	expect(planChanges({ before: plan(10, null), after: plan(90, null) })).toEqual([]);
	expect(planChanges({ before: plan(1_000, null), after: plan(1_900, null) })).toEqual([]);
});

test('what was measured is compared by pages and rows, never by the time or the estimate', () => {
	const measured = (cost: number, pages: number, rowsRead: number, ms: number): QueryPlan => ({
		...(plan(cost, null) as Exclude<QueryPlan, { error: string }>),
		measured: { ms, rows: 1, rowsRead, pages },
	});
	expect(planChanges({ before: measured(10, 5, 1, 1), after: measured(9_000, 5, 1, 900) })).toEqual([]);
	expect(planChanges({ before: measured(10, 5, 1, 1), after: measured(10, 5_000, 1, 1) })).toEqual([
		{ words: 'reads 5,000 pages, before 5', isWorse: true },
	]);
	expect(planChanges({ before: measured(10, 5, 9_000, 1), after: measured(10, 5, 2, 1) })).toEqual([
		{ words: 'reads 2 rows, before 9,000', isWorse: false },
	]);
	expect(planVerdict({ before: measured(10, 5, 9_000, 1), after: measured(10, 5, 2, 1) })).toBe('better');
	const scanned = (indexes: string[]): QueryPlan =>
		({ ...measured(10, 5, 1, 1), scans: [{ relation: 'eng.teams', indexes }] }) as QueryPlan;
	expect(planVerdict({ before: scanned(['teams_pkey']), after: scanned([]) })).toBe('otherwise');
});

test('a query that no longer runs is told with why, one that never ran is not', () => {
	const error = { error: 'column "name" does not exist' };
	expect(planChanges({ before: plan(1, null), after: error })).toEqual([
		{ words: 'no longer runs: column "name" does not exist', isWorse: true },
	]);
	expect(planChanges({ before: error, after: error })).toEqual([]);
	expect(planChanges({ before: error, after: plan(1, null) })).toEqual([{ words: 'runs now', isWorse: false }]);
});
