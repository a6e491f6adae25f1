import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { allOrFirstError } from '#lib/all-or-first-error.ts';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import { runProgram } from '#lib/postgres/programs/run-program.ts';
import { listDumpEntries, withEntryList } from './dump-entries.ts';
import { inflateWhereNeeded } from './inflate-dump.ts';

type FileHash = { path: string; bytes: number; sha256: string };

/** SHA-256 in hex over canonical `{v: 1, files: [{path, bytes, sha256}]}`, files in the order of their paths (docs/formats.md). */
export type DumpHash = { sha256: string; bytes: number; files: FileHash[] };

/** `take` a file that is finished while others are still written; `finish` when the dump is. */
export type DumpProof = { take: (path: string) => void; finish: () => Promise<DumpHash> };

const BUFFER_BYTES = 1024 * 1024;
/** How many programs share the reading: one is kept busy by inflating a single big table. */
const READERS = 2;
/** The disk takes several at a time; Node has four threads for files, and others want some. */
const SYNCS_AT_ONCE = 2;

/**
 * Proves a dump. Each file is hashed once, from the moment it is taken. `finish` has pg_restore read and decompress all of it (its table
 * of contents alone shows no damage), has the disk hold it for good, and throws when anything is wrong.
 */
export function beginProof(folder: string): DumpProof {
	const hashes = new Map<string, Promise<FileHash>>();
	const hashNext = makeHasher(folder);
	const take = (path: string) => {
		const hash = hashNext(path);
		hash.catch(() => undefined); // Told by `finish`; when the dump fails there is none.
		hashes.set(path, hash);
	};
	return {
		take,
		finish: async () => {
			const paths = await listDumpFiles(folder);
			for (const path of paths) if (!hashes.has(path)) take(path);
			const hashed = Promise.all(paths.map((path) => hashes.get(path) as Promise<FileHash>));
			const [files] = await allOrFirstError([hashed, readWholeDump(folder), syncAll(folder, paths), inflateWhereNeeded(folder, paths)]);
			await assertWhole(folder, files);
			return hashOf(files);
		},
	};
}

/** The dump is still the one whose hash was taken when it was made. Throws otherwise. */
export async function verifyDump({ folder, sha256 }: { folder: string; sha256: string }): Promise<void> {
	const hashNext = makeHasher(folder);
	const files: FileHash[] = [];
	for (const path of await listDumpFiles(folder)) files.push(await hashNext(path));
	const now = hashOf(files);
	if (now.sha256 !== sha256)
		throw new Error(`the dump ${folder} has changed since it was made: its SHA-256 is ${now.sha256} instead of ${sha256}`);
}

/** The names of everything in a dump, in the order of their bytes. A dump is flat. */
export async function listDumpFiles(folder: string): Promise<string[]> {
	if (!(await lstat(folder)).isDirectory()) throw new Error(`the dump ${folder} is not a folder`);
	const entries = await readdir(folder, { withFileTypes: true });
	const odd = entries.find((entry) => !entry.isFile());
	if (odd) throw new Error(`the dump ${folder} contains ${odd.name}, which is not a plain file`);
	return entries.map((entry) => entry.name).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** What was hashed while pg_dump was at work is all of the file: else a restore would find another dump than the one that was made. */
async function assertWhole(folder: string, files: FileHash[]): Promise<void> {
	for (const { path, bytes } of files) {
		const { size } = await stat(join(folder, path));
		if (size !== bytes) throw new Error(`the dump's file ${path} has ${size} bytes, but had ${bytes} when it was hashed`);
	}
}

async function readWholeDump(folder: string): Promise<void> {
	const { first, last } = await listDumpEntries(folder);
	const shares = await shareOut(folder, [...first, ...last]);
	await allOrFirstError(
		shares.map((entries) =>
			withEntryList(entries, (list) =>
				runProgram({ program: 'pg_restore', args: ['--format=directory', `--use-list=${list}`, '--file=/dev/null', folder] }),
			),
		),
	);
}

/** Every entry of the table of contents in exactly one share, so that the shares have about as many bytes to read. */
async function shareOut(folder: string, entries: string[]): Promise<string[][]> {
	const bytesOf = await dataBytes(folder);
	const sized = entries.map((entry) => ({ entry, bytes: bytesOf.get(entry.slice(0, entry.indexOf(';'))) ?? 0 }));
	const shares = Array.from({ length: READERS }, () => ({ entries: [] as string[], bytes: 0 }));
	for (const { entry, bytes } of sized.toSorted((a, b) => b.bytes - a.bytes)) {
		const least = shares.reduce((a, b) => (b.bytes < a.bytes ? b : a));
		least.entries.push(entry);
		least.bytes += bytes;
	}
	return shares.map((share) => share.entries);
}

/** By the number of an entry: a table's rows are in a file that is named after it. Other entries are in the table of contents itself. */
async function dataBytes(folder: string): Promise<Map<string, number>> {
	const names = (await listDumpFiles(folder)).filter((name) => name.endsWith('.dat.gz'));
	const sizes = names.map(async (name) => [name.slice(0, -'.dat.gz'.length), (await stat(join(folder, name))).size] as const);
	return new Map(await Promise.all(sizes));
}

function hashOf(files: FileHash[]): DumpHash {
	const sha256 = createHash('sha256')
		.update(canonicalBytes({ v: 1, files }))
		.digest('hex');
	return { sha256, bytes: files.reduce((sum, file) => sum + file.bytes, 0), files };
}

/** Hashes files one after the other, all with one buffer: a new one for every piece would keep the garbage collector busy meanwhile. */
function makeHasher(folder: string): (path: string) => Promise<FileHash> {
	const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
	let before: Promise<unknown> = Promise.resolve();
	return (path) => {
		const hash = before.then(() => withFile(join(folder, path), (file) => hashFile(file, buffer))).then((found) => ({ path, ...found }));
		before = hash.catch(() => undefined); // Whoever asked for it is told.
		return hash;
	};
}

async function hashFile(file: FileHandle, buffer: Buffer): Promise<{ bytes: number; sha256: string }> {
	const hash = createHash('sha256');
	let bytes = 0;
	for (;;) {
		const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
		if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
		hash.update(buffer.subarray(0, bytesRead));
		bytes += bytesRead;
	}
}

/** Has the disk hold every file, and their names, for good. While they are read: waiting for the disk costs nothing then. */
async function syncAll(folder: string, paths: string[]): Promise<void> {
	const inTurn = pLimit(SYNCS_AT_ONCE);
	await allOrFirstError(paths.map((path) => inTurn(() => withFile(join(folder, path), (file) => file.sync()))));
	await withFile(folder, (file) => file.sync());
}

/** A symbolic link is never followed. */
async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
	const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
	try {
		return await work(file);
	} finally {
		await file.close();
	}
}
