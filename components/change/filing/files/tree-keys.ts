import type { TreeRow } from './tree-rows.ts';

export type TreeAct = { act: 'go'; to: number } | { act: 'press' | 'toggle' | 'rename' | 'remove' } | { act: 'move'; by: -1 | 1 };

/** What a key does in a tree, as everywhere: arrows go, open and close; besides F2 renames, Delete removes, Alt and an arrow reorder. */
export function treeKey({ key, altKey }: { key: string; altKey: boolean }, rows: readonly TreeRow[], at: number): TreeAct | null {
	const row = rows[at];
	if (!row) return null;
	const go = (to: number): TreeAct => ({ act: 'go', to: Math.min(Math.max(to, 0), rows.length - 1) });
	switch (key) {
		case 'ArrowDown':
			return altKey ? { act: 'move', by: 1 } : go(at + 1);
		case 'ArrowUp':
			return altKey ? { act: 'move', by: -1 } : go(at - 1);
		case 'ArrowRight':
			return row.isOpen === false ? { act: 'toggle' } : go(row.isOpen === true ? at + 1 : at);
		case 'ArrowLeft':
			return row.isOpen === true ? { act: 'toggle' } : go(folderAbove(rows, at));
		case 'Home':
			return go(0);
		case 'End':
			return go(rows.length - 1);
		case 'Enter':
		case ' ':
			return { act: 'press' };
		case 'F2':
			return { act: 'rename' };
		case 'Delete':
			return { act: 'remove' };
		default:
			return null;
	}
}

function folderAbove(rows: readonly TreeRow[], at: number): number {
	const level = rows[at]?.level ?? 1;
	const above = rows.findLastIndex((row, index) => index < at && row.level < level);
	return above === -1 ? at : above;
}
