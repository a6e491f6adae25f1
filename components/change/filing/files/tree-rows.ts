import { comparePaths } from './compare-paths.ts';

/** A visible row of the tree: a folder or a file, with what screen readers say of its place. */
export type TreeRow = {
	path: string;
	/** Without the folders above. */
	name: string;
	/** 1-based. */
	level: number;
	/** 1-based, among its siblings. */
	place: number;
	siblings: number;
	/** The place of a file in the order of execution, 1-based; null when the manifest does not name it, and for folders. */
	runs: number | null;
	/** Null for a file; else whether what is inside is shown. */
	isOpen: boolean | null;
	/** The files inside a folder, or the file itself. */
	files: string[];
};

type Folder = { path: string; name: string; files: string[]; folders: Map<string, Folder>; order: (Folder | string)[] };

/**
 * The rows of a tree of files. Siblings stand in the order of execution, a folder where its first file runs; what the manifest does not name
 * comes last, in path order.
 */
export function treeRows(paths: readonly string[], order: readonly string[], closed: ReadonlySet<string>): TreeRow[] {
	const present = new Set(paths);
	const runs = new Map(order.filter((path) => present.has(path)).map((path, index) => [path, index + 1]));
	const last = Number.POSITIVE_INFINITY;
	const sorted = [...paths].sort((a, b) => (runs.get(a) ?? last) - (runs.get(b) ?? last) || comparePaths(a, b));
	return rowsOf(grown(sorted), { level: 1, runs, closed });
}

function grown(paths: readonly string[]): Folder {
	const root: Folder = { path: '', name: '', files: [], folders: new Map(), order: [] };
	for (const path of paths) {
		let folder = root;
		for (const name of path.split('/').slice(0, -1)) {
			let inside = folder.folders.get(name);
			if (!inside) {
				inside = { path: `${folder.path}${name}/`, name, files: [], folders: new Map(), order: [] };
				folder.folders.set(name, inside);
				folder.order.push(inside);
			}
			inside.files.push(path);
			folder = inside;
		}
		folder.order.push(path);
	}
	return root;
}

type Growing = { level: number; runs: Map<string, number>; closed: ReadonlySet<string> };

function rowsOf({ order }: Folder, { level, runs, closed }: Growing): TreeRow[] {
	return order.flatMap((child, index): TreeRow[] => {
		const where = { level, place: index + 1, siblings: order.length };
		if (typeof child === 'string')
			return [
				{
					path: child,
					name: child.slice(child.lastIndexOf('/') + 1),
					...where,
					runs: runs.get(child) ?? null,
					isOpen: null,
					files: [child],
				},
			];
		const isOpen = !closed.has(child.path);
		const row = { path: child.path, name: child.name, ...where, runs: null, isOpen, files: child.files };
		return [row, ...(isOpen ? rowsOf(child, { level: level + 1, runs, closed }) : [])];
	});
}

/** The new paths of some files when a file, or with `/` at its end a folder, gets another path. */
export function renamedPaths(paths: readonly string[], from: string, to: string): Map<string, string> {
	if (!from.endsWith('/')) return new Map([[from, to]]);
	const folder = to === '' || to.endsWith('/') ? to : `${to}/`;
	return new Map(paths.filter((path) => path.startsWith(from)).map((path) => [path, `${folder}${path.slice(from.length)}`]));
}

/** The folders above a path. */
export function foldersAbove(path: string): string[] {
	const names = path.split('/').slice(0, -1);
	return names.map((_, index) => `${names.slice(0, index + 1).join('/')}/`);
}
