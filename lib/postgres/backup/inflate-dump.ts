import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import pLimit from 'p-limit';
import { allOrFirstError } from '#lib/all-or-first-error.ts';
import { findProgram } from '#lib/postgres/programs/programs.ts';

/** From 18 on (seen with 18.6), pg_restore takes a compressed file that was cut short for one that ends there, and says nothing. */
const SILENT_SINCE = 18;
const AT_ONCE = 2;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Inflates every compressed file of a dump to its end, where pg_restore would not notice that one was cut short: gzip's own trailer says
 * how it must end. Throws with the file's name. Does nothing where pg_restore sees it by itself.
 */
export async function inflateWhereNeeded(folder: string, paths: readonly string[]): Promise<void> {
	const isNeeded = await findProgram('pg_restore', SILENT_SINCE).then(
		() => true,
		() => false,
	);
	if (!isNeeded) return;
	const inTurn = pLimit(AT_ONCE);
	const compressed = paths.filter((path) => path.endsWith('.gz'));
	await allOrFirstError(compressed.map((path) => inTurn(() => inflate(folder, path))));
}

async function inflate(folder: string, path: string): Promise<void> {
	const nowhere = new Writable({ write: (_chunk, _encoding, done) => done(), highWaterMark: CHUNK_BYTES });
	const source = createReadStream(join(folder, path), { highWaterMark: CHUNK_BYTES });
	await pipeline(source, createGunzip({ chunkSize: CHUNK_BYTES }), nowhere).catch((error: Error) => {
		throw new Error(`the dump's file ${path} is damaged: ${error.message}`, { cause: error });
	});
}
