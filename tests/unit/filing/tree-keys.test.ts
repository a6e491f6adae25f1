import { expect, test } from 'vitest';
import { type TreeAct, treeKey } from '#components/change/filing/files/tree-keys.ts';
import { treeRows } from '#components/change/filing/files/tree-rows.ts';

const ROWS = treeRows(['a/1.sql', 'a/2.sql', 'b/1.sql'], ['a/1.sql', 'a/2.sql', 'b/1.sql'], new Set(['b/']));
const at = (path: string) => ROWS.findIndex((row) => row.path === path);
const go = (path: string): TreeAct => ({ act: 'go', to: at(path) });

test.each<[string, string, TreeAct]>([
	['ArrowDown', 'a/', go('a/1.sql')],
	['ArrowDown', 'b/', go('b/')],
	['ArrowUp', 'a/', go('a/')],
	['ArrowRight', 'a/', go('a/1.sql')],
	['ArrowRight', 'b/', { act: 'toggle' }],
	['ArrowRight', 'a/1.sql', go('a/1.sql')],
	['ArrowLeft', 'a/2.sql', go('a/')],
	['ArrowLeft', 'a/', { act: 'toggle' }],
	['ArrowLeft', 'b/', go('b/')],
	['End', 'a/', go('b/')],
	['Home', 'b/', go('a/')],
	['Enter', 'a/1.sql', { act: 'press' }],
	['F2', 'a/', { act: 'rename' }],
	['Delete', 'a/', { act: 'remove' }],
])('in a tree %s on %s', (key, path, act) => {
	expect(treeKey({ key, altKey: false }, ROWS, at(path))).toEqual(act);
});

test('in a tree Alt and an arrow reorder, and other keys do nothing', () => {
	expect(treeKey({ key: 'ArrowUp', altKey: true }, ROWS, 1)).toEqual({ act: 'move', by: -1 });
	expect(treeKey({ key: 'x', altKey: false }, ROWS, 1)).toBeNull();
});
