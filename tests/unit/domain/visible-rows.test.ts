import { expect, test } from 'vitest';
import { reveals } from '#lib/domain/rehearsed/visible.ts';
import { visibleDifferences } from '#lib/domain/wording/visible-words.ts';
import type { Readable, Seen } from '#lib/postgres/reading/read-visible.ts';
import { countInBoth, onlyIn, parseRowIds } from '#lib/postgres/reading/row-ids.ts';
import { compareVisible, identifiedAsBefore } from '#lib/rehearsal/reading/compare-visible.ts';

const ids = (...rows: number[]) => parseRowIds(`{${rows.join(',')}}`);
const told = (...rows: number[]): Seen => ({ rows: { rows: rows.length, more: false }, ids: ids(...rows) });
const counted = (rows: number, more = false): Seen => ({ rows: { rows, more }, ids: null });
const relation = (oid: string, name: string, columns = ['id']): Readable => ({
	oid,
	relation: name,
	kind: 'r',
	columns,
	identity: columns,
});

function compare({ was, is, everything }: { was: Seen | null; is: Seen | null; everything?: Seen }) {
	const relations = [relation('1', 'eng.t')];
	const seenBy = (seen: Seen | null) => new Map([['analyst', new Map(seen ? [['1', seen]] : [])]]);
	return compareVisible({
		before: { relations, seen: seenBy(was), everything: new Map(everything ? [['1', everything]] : []) },
		after: { relations, seen: seenBy(is) },
		isMeant: () => false,
	});
}

test('rows are told apart by what they are, and the same twice counts twice', () => {
	expect([...onlyIn(ids(3, 1, 2, 2), ids(2, 5))]).toEqual([1n, 2n, 3n]);
	expect(countInBoth(ids(1, 2, 2), ids(2, 2, 2, 9))).toBe(2);
	expect([...parseRowIds('{}')]).toEqual([]);
});

test('one row that was hidden shows, although another one took its place', () => {
	const [one] = compare({ was: told(1, 2), is: told(1, 3), everything: told(1, 2, 3) });
	expect(one).toMatchObject({ gained: 1, revealed: 1, lost: 1 });
	expect(visibleDifferences(one as never).map(({ words }) => words)).toEqual(['1 row newly visible', '1 row no longer visible']);
});

test('rows that the change itself wrote are no revelation; a permission that is given is one', () => {
	expect(compare({ was: told(1), is: told(1, 9), everything: told(1, 2) })[0]).toMatchObject({ gained: 1, revealed: 0, lost: 0 });
	expect(compare({ was: null, is: told(1, 2, 9), everything: told(1, 2) })[0]).toMatchObject({
		before: 'denied',
		gained: 3,
		revealed: 2,
	});
	expect(compare({ was: told(1, 2), is: null })[0]).toMatchObject({ after: 'denied', gained: 0, revealed: 0, lost: 2 });
	expect(compare({ was: null, is: null })).toEqual([]);
});

test('what was only counted is doubted when it is more, and says nothing when it is as much', () => {
	const [more] = compare({ was: counted(100), is: counted(101) });
	expect(more).toMatchObject({ gained: 1, revealed: null });
	expect(more && reveals(more)).toBe(true);
	const [same] = compare({ was: counted(100), is: counted(100) });
	expect(same).toMatchObject({ gained: null, revealed: null, lost: null });
	expect(same && reveals(same)).toBe(false);
	expect(compare({ was: counted(100, true), is: counted(100, true) })[0]).toMatchObject({ gained: null, lost: null });
});

test('a relation that is made anew under its name is the same one, a renamed one too, and other columns tell its rows no longer apart', () => {
	const before = [relation('1', 'eng.a', ['id']), relation('2', 'eng.v', ['x', 'y'])];
	const after = [relation('1', 'eng.renamed', ['id', 'more']), relation('9', 'eng.v', ['x']), relation('10', 'eng.new', ['id'])];
	expect(identifiedAsBefore(before, after).map(({ relation: name, identity }) => [name, identity])).toEqual([
		['eng.renamed', ['id']],
		['eng.v', []],
		['eng.new', []],
	]);
	const seen = compareVisible({
		before: { relations: before, seen: new Map([['r', new Map([['2', counted(3)]])]]), everything: new Map() },
		after: {
			relations: after,
			seen: new Map([
				[
					'r',
					new Map([
						['9', counted(5)],
						['10', counted(7)],
					]),
				],
			]),
		},
		isMeant: ({ relation: name }) => name === 'eng.v',
	});
	expect(seen).toMatchObject([
		{ relation: 'eng.v', before: { rows: 3 }, after: { rows: 5 }, gained: 2, revealed: null, isMeant: true },
		{ relation: 'eng.new', before: 'absent', gained: 7, revealed: 0, isMeant: false },
	]);
});
