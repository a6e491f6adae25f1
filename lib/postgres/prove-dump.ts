import { createHash } from 'node:crypto';
import { lstat, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { allOrFirstError } from '#lib/all-or-first-error.ts';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import { listDumpEntries, withEntryList } from './dump-entries.ts';
import { runProgram } from './run-program.ts';

/** SHA-256 in hex over canonical `{v: 1, files: [{path, bytes, sha256}]}`, files in the order of their paths (docs/formats.md). */
export type DumpHash = { sha256: string; bytes: number; files: { path: string; bytes: number; sha256: string }[] };

const BUFFER_BYTES = 1024 * 1024;
/** How many programs share the reading: one is kept busy by inflating a single big table. */
const READERS = 2;

/** Reads and hashes every file. Throws on anything in the folder that is not a plain file: a symbolic link is never followed. */
export async function hashDump(folder: string): Promise<DumpHash> {
	const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
	const files: DumpHash['files'] = [];
	for (const path of await listDumpFiles(folder)) files.push({ path, ...(await hashFile(join(folder, path), buffer)) });
	const sha256 = createHash('sha256')
		.update(canonicalBytes({ v: 1, files }))
		.digest('hex');
	return { sha256, bytes: files.reduce((sum, file) => sum + file.bytes, 0), files };
}

/** Has pg_restore read and decompress all of it: its table of contents alone shows no damage. Throws when anything is wrong. */
export async function readWholeDump(folder: string): Promise<void> {
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

/** The dump is still the one whose hash was taken when it was made. Throws otherwise. */
export async function verifyDump({ folder, sha256 }: { folder: string; sha256: string }): Promise<void> {
	const now = await hashDump(folder);
	if (now.sha256 !== sha256)
		throw new Error(`the dump ${folder} is not the one that was made: its SHA-256 is ${now.sha256} instead of ${sha256}`);
}

/** The names of everything in a dump, in the order of their bytes. A dump is flat. */
export async function listDumpFiles(folder: string): Promise<string[]> {
	if (!(await lstat(folder)).isDirectory()) throw new Error(`the dump ${folder} is not a folder`);
	const entries = await readdir(folder, { withFileTypes: true });
	const odd = entries.find((entry) => !entry.isFile());
	if (odd) throw new Error(`the dump ${folder} holds ${odd.name}, which is not a plain file`);
	return entries.map((entry) => entry.name).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
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

/** One buffer for all files: a new one for every piece would keep the garbage collector busy while a run is under way. */
async function hashFile(path: string, buffer: Buffer): Promise<{ bytes: number; sha256: string }> {
	const hash = createHash('sha256');
	const file = await open(path, 'r');
	try {
		let bytes = 0;
		for (;;) {
			const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
			if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
			hash.update(buffer.subarray(0, bytesRead));
			bytes += bytesRead;
		}
	} finally {
		await file.close();
	}
}
