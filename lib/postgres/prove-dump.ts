import { createHash } from 'node:crypto';
import { closeSync, constants, lstatSync, openSync, readFileSync } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, gunzipSync } from 'node:zlib';
import { allOrFirstError } from '#lib/all-or-first-error.ts';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import { listDumpEntries, withEntryList } from './dump-entries.ts';
import { runProgram } from './run-program.ts';

type FileHash = { bytes: number; sha256: string };

/** SHA-256 in hex over canonical `{v: 1, files: [{path, bytes, sha256}]}`, files in the order of their paths (docs/formats.md). */
export type DumpHash = FileHash & { files: ({ path: string } & FileHash)[] };

/** `take` a file that is finished while others are still written; `finish` when the dump is. */
export type DumpProof = { take: (path: string) => void; finish: () => Promise<DumpHash> };

const PIECE_BYTES = 1024 * 1024;
/** A file up to this size is read at once: there may be thousands, and anything more for each would be most of the work. */
const SMALL_BYTES = 64 * 1024;
/** Bigger ones at a time, beside pg_dump itself; and how many the disk is told to hold. Node has four threads for files. */
const READERS = 2;
/** A symbolic link is never followed. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW;
/** pg_dump's name of the rows of the table with this number in the table of contents. */
const ROWS = /^(\d+)\.dat\.gz$/;
const ROWS_ENTRY = /^(\d+); \d+ \d+ TABLE DATA /;

/**
 * Proves a dump by reading all of it, each file once: hashed, and inflated to its end where it is compressed (its table of contents
 * alone shows no damage). `finish` also has the disk hold it for good, and throws when anything is wrong: a file that cannot be read, a
 * table whose rows are missing, or a table of contents that pg_restore does not take.
 */
export function beginProof(folder: string): DumpProof {
	const proved = new Map<string, Promise<FileHash>>();
	const whenFree = atMost(READERS);
	const take = (path: string) => {
		const proof = proveFile(folder, path, whenFree);
		proof.catch(() => undefined); // Told by `finish`; when the dump fails there is none.
		proved.set(path, proof);
	};
	const proofOf = async (path: string) => ({ path, ...((await proved.get(path)) as FileHash) });
	return {
		take,
		finish: async () => {
			const paths = await listDumpFiles(folder);
			for (const path of paths) if (!proved.has(path)) take(path);
			const [files] = await allOrFirstError([Promise.all(paths.map(proofOf)), readWithoutRows(folder, paths), syncAll(folder, paths)]);
			return hashOf(files);
		},
	};
}

/** The dump is still the one whose hash was taken when it was made. Throws otherwise. */
export async function verifyDump({ folder, sha256 }: { folder: string; sha256: string }): Promise<void> {
	const files: DumpHash['files'] = [];
	for (const path of await listDumpFiles(folder)) files.push({ path, ...(await readPieces(join(folder, path), { inflate: false })) });
	const now = hashOf(files);
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

/** Has pg_restore read the table of contents and everything but the tables' rows, and sees that each table's rows have their file. */
async function readWithoutRows(folder: string, paths: string[]): Promise<void> {
	const { first, last } = await listDumpEntries(folder);
	const there = new Set(paths.map((path) => ROWS.exec(path)?.[1]));
	const missing = first.find((entry) => ROWS_ENTRY.test(entry) && !there.has(ROWS_ENTRY.exec(entry)?.[1]));
	if (missing) throw new Error(`the dump ${folder} lacks the file of ${missing}`);
	const others = [...first.filter((entry) => !ROWS_ENTRY.test(entry)), ...last];
	await withEntryList(others, (list) =>
		runProgram({ program: 'pg_restore', args: ['--format=directory', `--use-list=${list}`, '--file=/dev/null', folder] }),
	);
}

function hashOf(files: DumpHash['files']): DumpHash {
	const sha256 = createHash('sha256')
		.update(canonicalBytes({ v: 1, files }))
		.digest('hex');
	return { sha256, bytes: files.reduce((sum, file) => sum + file.bytes, 0), files };
}

async function proveFile(folder: string, path: string, whenFree: ReturnType<typeof atMost>): Promise<FileHash> {
	try {
		const file = join(folder, path);
		const inflate = path.endsWith('.gz');
		return lstatSync(file).size > SMALL_BYTES ? await whenFree(() => readPieces(file, { inflate })) : readAtOnce(file, { inflate });
	} catch (error) {
		throw new Error(`the dump's file ${path} cannot be read: ${(error as Error).message}`, { cause: error });
	}
}

/** What is to be inflated is, to the checksum at its end, or this throws. */
function readAtOnce(path: string, { inflate }: { inflate: boolean }): FileHash {
	const file = openSync(path, READ);
	try {
		const whole = readFileSync(file);
		if (inflate) gunzipSync(whole);
		return { bytes: whole.length, sha256: createHash('sha256').update(whole).digest('hex') };
	} finally {
		closeSync(file);
	}
}

/** The same for a file of any size. */
async function readPieces(path: string, { inflate }: { inflate: boolean }): Promise<FileHash> {
	const file = await open(path, READ);
	const hash = createHash('sha256');
	let bytes = 0;
	async function* hashed(pieces: AsyncIterable<Buffer>) {
		for await (const piece of pieces) {
			hash.update(piece);
			bytes += piece.length;
			yield piece;
		}
	}
	// Closed with the stream.
	const pieces = file.createReadStream({ highWaterMark: PIECE_BYTES });
	const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
	if (inflate) await pipeline(pieces, hashed, createGunzip({ chunkSize: PIECE_BYTES }), nowhere);
	else await pipeline(pieces, hashed, nowhere);
	return { bytes, sha256: hash.digest('hex') };
}

/** Has the disk hold every file, and their names, for good. While they are read: waiting for the disk costs nothing then. */
async function syncAll(folder: string, paths: string[]): Promise<void> {
	const whenFree = atMost(READERS);
	await allOrFirstError(paths.map((path) => whenFree(() => sync(join(folder, path)))));
	await sync(folder);
}

async function sync(path: string): Promise<void> {
	const file = await open(path, READ);
	try {
		await file.sync();
	} finally {
		await file.close();
	}
}

/** Lets so many pieces of work go on at the same time, and the next when one has ended. */
function atMost(count: number): <T>(work: () => Promise<T>) => Promise<T> {
	let free = count;
	const waiting: (() => void)[] = [];
	return async (work) => {
		if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
		else free -= 1;
		try {
			return await work();
		} finally {
			const next = waiting.shift();
			if (next) next();
			else free += 1;
		}
	};
}
