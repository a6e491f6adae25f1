import type { Entry, FileEntry } from '@zip.js/zip.js';
import { foldedPath, wrongWithPath } from '#lib/domain/bundle/bundle-path.ts';
import { MANIFEST_NAME, MAX_BUNDLE_BYTES, MAX_FILES, MAX_MANIFEST_BYTES } from '#lib/domain/bundle/limits.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { type Picked, withoutSharedFolder } from './chosen-files.ts';

/** Why nothing was taken out of an archive, with the entry that is wrong, and what to do instead. */
export type ZipProblem = { message: string; instead: string };
export type Unpacked = { ok: true; files: Picked[] } | { ok: false; problem: ZipProblem };

/** An archive may hold more than what is filed: texts, pictures, folders. */
const MAX_ARCHIVE_BYTES = 2 * MAX_BUNDLE_BYTES;
const MAX_ENTRIES = 2 * MAX_FILES;
const CHOOSE_FOLDER = 'Unpack it yourself and choose the folder.';
/** The bits of a Unix mode that say what kind of file it is; an ordinary file, a folder, or nothing said. */
const FILE_KIND = 0o170000;
const ORDINARY = [0o100000, 0o040000, 0];

/** Puts what each .zip that was picked by itself holds in its place. One with anything wrong stops all. */
export async function unpackPicked(picked: Picked[]): Promise<Unpacked> {
	const files: Picked[] = [];
	for (const item of picked) {
		if (!/^[^/]+\.zip$/i.test(item.path)) {
			files.push(item);
			continue;
		}
		try {
			files.push(...(await unpackZip(item.file)));
		} catch (error) {
			const { message, instead } = error instanceof ZipError ? error : unread(error);
			return { ok: false, problem: { message: `Nothing was taken out of ${item.path}: ${message}.`, instead } };
		}
	}
	return { ok: true, files };
}

class ZipError extends Error {
	readonly instead: string;

	constructor(message: string, instead: string) {
		super(message);
		this.instead = instead;
	}
}

/**
 * The files of an archive, by their paths inside the folder that they share. Only SQL files and manifests are inflated, and together never
 * to more than a bundle may weigh, whatever the archive claims; of all others only the name comes back.
 */
async function unpackZip(zip: Blob): Promise<Picked[]> {
	if (zip.size > MAX_ARCHIVE_BYTES)
		throw new ZipError(`it has ${countWords(zip.size, 'byte')} (limit: ${countWords(MAX_ARCHIVE_BYTES, 'byte')})`, CHOOSE_FOLDER);
	// Only whoever chooses an archive loads the program that reads it.
	const { BlobReader, ZipReader } = await import('@zip.js/zip.js/lib/zip-core-native.js');
	const checks = { filenameValidation: 'tolerant', checkOverlappingEntry: true, checkCrc32: true } as const;
	const reader = new ZipReader(new BlobReader(zip), { useWebWorkers: false, ...checks });
	const entries = await entriesOf(reader.getEntriesGenerator());
	refuseWrong(entries);
	const files: Picked[] = [];
	let left = MAX_BUNDLE_BYTES;
	for (const entry of entries) {
		if (entry.directory) continue;
		const file = isWanted(entry.filename) ? await inflate(entry, left) : new File([], entry.filename);
		left -= file.size;
		files.push({ path: entry.filename, file });
	}
	if (!files.some(({ path }) => /\.sql$/i.test(path)))
		throw new ZipError('it has no .sql file', 'Choose the archive of the folder with the files to run.');
	return withoutSharedFolder(files);
}

async function entriesOf(found: AsyncIterable<Entry>): Promise<Entry[]> {
	const entries: Entry[] = [];
	for await (const entry of found) {
		entries.push(entry);
		if (entries.length > MAX_ENTRIES) throw new ZipError(`it has more than ${countWords(MAX_ENTRIES, 'entry', 'entries')}`, CHOOSE_FOLDER);
	}
	return entries;
}

/** Before anything is inflated. */
function refuseWrong(entries: Entry[]): void {
	const paths = new Map<string, string>();
	for (const entry of entries) {
		const name = entry.filename;
		const wrong = wrongWithPath(entry.directory ? name.replace(/\/$/, '') : name);
		if (wrong) throw new ZipError(`the path ${quoted(name)} ${wrong}`, 'Pack the folder again, with paths inside it and forward slashes.');
		if (entry.symlink) throw new ZipError(`${name} is a link`, 'Pack the file itself in its place.');
		if (!ORDINARY.includes((entry.unixMode ?? 0) & FILE_KIND)) throw new ZipError(`${name} is not an ordinary file`, 'Leave it out.');
		if (entry.encrypted) throw new ZipError(`${name} is encrypted`, 'Pack the folder again without a password.');
		const twin = paths.get(foldedPath(name));
		if (twin === name)
			throw new ZipError(`it has two files with the path ${name}`, 'Pack the folder again: one of them would hide the other.');
		if (twin !== undefined)
			throw new ZipError(
				`${name} differs from ${twin} only in case or Unicode form`,
				'Rename one of the two: on some file systems they are the same file.',
			);
		paths.set(foldedPath(name), name);
	}
}

/** A file of the bundle, inflated until it is whole, and no further than to its limit or to what is `left` of the bundle's. */
async function inflate(entry: FileEntry, left: number): Promise<File> {
	const most = isManifest(entry.filename) ? Math.min(MAX_MANIFEST_BYTES, left) : left;
	const over = () =>
		most < left
			? new ZipError(`${entry.filename} has more than ${countWords(most, 'byte')}`, 'A manifest is never that long.')
			: new ZipError(
					`its files have more than ${countWords(MAX_BUNDLE_BYTES, 'byte')}; reading stopped at ${entry.filename}`,
					'File less at once.',
				);
	const chunks: Uint8Array<ArrayBuffer>[] = [];
	let size = 0;
	const sink = new WritableStream<Uint8Array<ArrayBuffer>>({
		write(chunk) {
			size += chunk.length;
			if (size > most) throw over();
			chunks.push(chunk);
		},
	});
	try {
		await entry.getData(sink);
	} catch (error) {
		if (size > most) throw over();
		const { message, instead } = unread(error);
		throw new ZipError(`${entry.filename} cannot be read: ${message}`, instead);
	}
	return new File(chunks, entry.filename);
}

function isManifest(path: string): boolean {
	return path.split('/').at(-1) === MANIFEST_NAME;
}

function isWanted(path: string): boolean {
	return /\.sql$/i.test(path) || isManifest(path);
}

function quoted(name: string): string {
	return name.length > 120 ? `${name.slice(0, 120)}…` : name;
}

/** What the program that reads archives says, in its words. */
function unread(error: unknown): { message: string; instead: string } {
	const said = error instanceof Error ? error.message : String(error);
	return {
		message: `it is no .zip that can be read (${said})`,
		instead: `Pack the folder again as an ordinary .zip. ${CHOOSE_FOLDER}`,
	};
}
