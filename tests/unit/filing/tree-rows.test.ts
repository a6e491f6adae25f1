import { describe, expect, test } from 'vitest';
import { renamedPaths, treeRows } from '#components/change/filing/files/tree-rows.ts';

const PATHS = ['a/x/2.sql', 'a/1.sql', 'b/1.sql', '0.sql', 'left.sql'];
const ORDER = ['b/1.sql', 'a/x/2.sql', '0.sql', 'a/1.sql'];
const shown = (closed: string[] = []) =>
	treeRows(PATHS, ORDER, new Set(closed)).map(({ level, name, runs }) => `${' '.repeat(level - 1)}${name} ${runs ?? '-'}`);

describe('the tree of a bundle', () => {
	test('stands in the order of execution, folders where their first file runs, what is not named last', () => {
		expect(shown()).toEqual(['b -', ' 1.sql 1', 'a -', ' x -', '  2.sql 2', ' 1.sql 4', '0.sql 3', 'left.sql -']);
	});

	test('hides what is in a closed folder, and says how many siblings a row has', () => {
		expect(shown(['a/'])).toEqual(['b -', ' 1.sql 1', 'a -', '0.sql 3', 'left.sql -']);
		const folder = treeRows(PATHS, ORDER, new Set(['a/'])).find(({ path }) => path === 'a/');
		expect(folder).toMatchObject({ place: 2, siblings: 4, isOpen: false, files: ['a/x/2.sql', 'a/1.sql'] });
	});

	test('counts only files that are there, and no file of a manifest without files', () => {
		expect(treeRows(['b.sql'], ['gone.sql', 'b.sql'], new Set()).map(({ runs }) => runs)).toEqual([1]);
		expect(treeRows([], ORDER, new Set())).toEqual([]);
	});
});

describe('renaming', () => {
	test('a file gives it its new path, a folder all files inside and no others', () => {
		expect([...renamedPaths(PATHS, '0.sql', 'c/0.sql')]).toEqual([['0.sql', 'c/0.sql']]);
		expect([...renamedPaths([...PATHS, 'ab/1.sql'], 'a/', 'c/d')]).toEqual([
			['a/x/2.sql', 'c/d/x/2.sql'],
			['a/1.sql', 'c/d/1.sql'],
		]);
	});
});
