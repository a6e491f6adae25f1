import { MANIFEST_NAME } from '#lib/domain/manifest.ts';

/** A file chosen for a bundle; `file` is null when it is kept from the revision before. */
export type ChosenFile = { path: string; size: number; file: File | null };
export type Chosen = { files: ChosenFile[]; manifest: string | null; leftOut: string[] };

/** What was chosen or dropped, as a bundle: paths inside the folder that all share, SQL apart from the manifest, the rest left out. */
export async function asBundle(picked: { path: string; file: File }[]): Promise<Chosen> {
	const inside = withoutSharedFolder(picked.filter(({ path }) => !isShadow(path)));
	const manifest = inside.find(({ path }) => path === MANIFEST_NAME);
	const sql = inside.filter(({ path }) => /\.sql$/i.test(path));
	return {
		files: sql.map(({ path, file }) => ({ path, size: file.size, file })),
		manifest: manifest ? await manifest.file.text() : null,
		leftOut: inside.filter((item) => item !== manifest && !sql.includes(item)).map(({ path }) => path),
	};
}

/** macOS puts such files beside the real ones into archives: nobody has chosen them. */
function isShadow(path: string): boolean {
	return path.split('/').some((name) => name.startsWith('._') || name === '__MACOSX' || name === '.DS_Store');
}

/** Everything that was dropped, folders included, each file with its path. */
export async function readDropped(items: DataTransferItemList): Promise<{ path: string; file: File }[]> {
	// The list is empty after the first wait, so that all entries are taken before it.
	const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
	return (await Promise.all(entries.map(readEntry))).flat();
}

/** The manifest that a bundle without one gets: its files in path order, in one phase. JSON strings are YAML too. */
export function defaultManifestText(paths: string[]): string {
	const files = [...paths].sort(comparePaths).map((path) => `      - ${JSON.stringify(path)}`);
	return ['version: 1', 'phases:', '  - name: all', '    files:', ...files, ''].join('\n');
}

async function readEntry(entry: FileSystemEntry): Promise<{ path: string; file: File }[]> {
	if (entry.isFile) {
		const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
		return [{ path: entry.fullPath.replace(/^\//, ''), file }];
	}
	const reader = (entry as FileSystemDirectoryEntry).createReader();
	const children: FileSystemEntry[] = [];
	for (;;) {
		// A reader gives about a hundred at a time, and none when all were given.
		const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
		if (batch.length === 0) break;
		children.push(...batch);
	}
	return (await Promise.all(children.map(readEntry))).flat();
}

function withoutSharedFolder(picked: { path: string; file: File }[]): { path: string; file: File }[] {
	const top = picked[0]?.path.split('/')[0];
	const isShared = picked.every(({ path }) => path.startsWith(`${top}/`));
	return isShared ? picked.map(({ path, file }) => ({ path: path.slice(`${top}/`.length), file })) : picked;
}

/** As the console orders them: folder by folder, by the code points of the names. */
function comparePaths(a: string, b: string): number {
	const left = a.split('/');
	const right = b.split('/');
	for (let i = 0; i < Math.min(left.length, right.length); i++) {
		const order = comparePoints(left[i] ?? '', right[i] ?? '');
		if (order !== 0) return order;
	}
	return left.length - right.length;
}

function comparePoints(a: string, b: string): number {
	const left = [...a].map((c) => c.codePointAt(0) ?? 0);
	const right = [...b].map((c) => c.codePointAt(0) ?? 0);
	for (let i = 0; i < Math.min(left.length, right.length); i++) {
		const order = (left[i] ?? 0) - (right[i] ?? 0);
		if (order !== 0) return order;
	}
	return left.length - right.length;
}
