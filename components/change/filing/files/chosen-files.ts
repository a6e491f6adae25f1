import { wrongWithPath } from '#lib/domain/bundle/bundle-path.ts';
import { MANIFEST_NAME } from '#lib/domain/bundle/limits.ts';
import { comparePaths } from './compare-paths.ts';
import { renamedPaths } from './tree-rows.ts';

/**
 * A file chosen for a bundle. `file` is null when this page does not have its bytes: then the console has them. `storedAt` is the
 * version of the draft that the console has them since; 0 for a file of the revision that is revised, null while they are only here.
 */
export type ChosenFile = { path: string; size: number; file: File | null; storedAt: number | null };
/** A file as it was picked, with its path. */
export type Picked = { path: string; file: File };
/** What somebody chose or dropped at once. */
export type Chosen = { files: ChosenFile[]; manifest: string | null; leftOut: string[] };

/** The chosen or dropped files as a bundle: paths relative to the folder they share, SQL and manifest apart, the rest left out. */
export async function asBundle(picked: Picked[]): Promise<Chosen> {
	const inside = withoutSharedFolder(picked);
	const manifest = inside.find(({ path }) => path === MANIFEST_NAME);
	const sql = inside.filter(({ path }) => /\.sql$/i.test(path));
	return {
		files: sql.map(({ path, file }) => ({ path, size: file.size, file, storedAt: null })),
		manifest: manifest ? await manifest.file.text() : null,
		leftOut: inside.filter((item) => item !== manifest && !sql.includes(item)).map(({ path }) => path),
	};
}

/** macOS adds such files to archives: nobody has chosen them. */
function isShadow(path: string): boolean {
	return path.split('/').some((name) => name.startsWith('._') || name === '__MACOSX' || name === '.DS_Store');
}

/** All dropped files, those in folders too, each with its path. */
export async function readDropped(items: DataTransferItemList): Promise<Picked[]> {
	// The browser empties the list at the first await, so take all entries before it.
	const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
	return (await Promise.all(entries.map(readEntry))).flat();
}

/** The default manifest: the files in path order, in one phase. JSON strings are YAML too. */
export function defaultManifestText(paths: string[]): string {
	const files = [...paths].sort(comparePaths).map((path) => `      - ${JSON.stringify(path)}`);
	return ['version: 1', 'phases:', '  - name: all', '    files:', ...files, ''].join('\n');
}

async function readEntry(entry: FileSystemEntry): Promise<Picked[]> {
	if (entry.isFile) {
		const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
		return [{ path: entry.fullPath.replace(/^\//, ''), file }];
	}
	const reader = (entry as FileSystemDirectoryEntry).createReader();
	const children: FileSystemEntry[] = [];
	for (;;) {
		// A reader returns about a hundred entries at a time, and an empty list at the end.
		const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
		if (batch.length === 0) break;
		children.push(...batch);
	}
	return (await Promise.all(children.map(readEntry))).flat();
}

/** The files by their paths inside the folder that all of them are in, if there is one. */
export function withoutSharedFolder(all: Picked[]): Picked[] {
	const picked = all.filter(({ path }) => !isShadow(path));
	const top = picked[0]?.path.split('/')[0];
	const isShared = picked.every(({ path }) => path.startsWith(`${top}/`));
	return isShared ? picked.map(({ path, file }) => ({ path: path.slice(`${top}/`.length), file })) : picked;
}

/** The files with these added, each in the place of one with its path, in path order. */
export function withFiles(files: ChosenFile[], added: ChosenFile[]): ChosenFile[] {
	const paths = new Set(added.map((file) => file.path));
	return [...files.filter((file) => !paths.has(file.path)), ...added].sort((a, b) => comparePaths(a.path, b.path));
}

/** A path that no file has yet. */
export function freePath(files: ChosenFile[], wanted: string): string {
	const taken = new Set(files.map((file) => file.path));
	for (let n = 1; ; n++) {
		const path = n === 1 ? wanted : wanted.replace(/(\.sql)?$/i, `_${n}$1`);
		if (!taken.has(path)) return path;
	}
}

/** What is wrong with a path of a file of SQL, as a sentence; null when it may have it. */
export function wrongWithSqlPath(path: string): string | null {
	const wrong = wrongWithPath(path);
	if (wrong) return `This path ${wrong}.`;
	return /\.sql$/i.test(path) ? null : 'A file of a bundle ends in .sql.';
}

/** What is wrong with a new path of a file, or with `/` at its end of a folder; null when it may have it. */
export function wrongWithRename(paths: readonly string[], from: string, to: string): string | null {
	const renamed = renamedPaths(paths, from, to);
	const taken = new Set(paths.filter((path) => !renamed.has(path)));
	for (const path of renamed.values()) {
		if (taken.has(path)) return `There is a ${path} already.`;
		const wrong = wrongWithSqlPath(path);
		if (wrong) return wrong;
	}
	return null;
}
