import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { MANIFEST_NAME, MAX_BUNDLE_BYTES, MAX_FILES, MAX_MANIFEST_BYTES } from '#lib/domain/bundle/limits.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { Refusal } from '#lib/errors.ts';
import type { FiledFile } from './check-bundle.ts';
import { isHidden } from './left-out.ts';
import { comparePaths, isArchivePath, isSqlPath } from './path-order.ts';

/** `leftOut`: files of the folder that are not part of the bundle, without hidden ones. */
export type ReadFolder = { files: FiledFile[]; manifest: Buffer | null; leftOut: string[] };

/**
 * Reads a bundle from a folder: every .sql file below it, and the manifest at its top if it exists. Reads no more than the
 * largest bundle. Throws a Refusal for a missing folder, a link that leaves it, and a bundle over the limits.
 */
export async function readFolder(folder: string): Promise<ReadFolder> {
	const top = await realpath(folder).catch(() => {
		throw new Refusal('not_found', `The folder ${folder} does not exist.`);
	});
	if (!(await lstat(top)).isDirectory()) throw new Refusal('invalid', notFolder(folder));
	const { paths, leftOut } = await pathsIn(top);
	if (paths.length === 0) throw new Refusal('invalid', withoutSql(folder, leftOut));
	const files: FiledFile[] = [];
	let left = MAX_BUNDLE_BYTES;
	for (const path of paths.sort(comparePaths)) {
		const bytes = await readAtMost(await insidePath(top, path), left);
		if (!bytes)
			throw new Refusal('too_large', `The bundle has more than ${countWords(MAX_BUNDLE_BYTES, 'byte')}. Reading stopped at ${path}.`);
		left -= bytes.length;
		files.push({ path, bytes });
	}
	return { files, manifest: await readManifestFile(top), leftOut };
}

function notFolder(path: string): string {
	if (isArchivePath(path)) return `${path} is an archive, not a folder. Unpack it and name the folder.`;
	if (isSqlPath(path)) return `${path} is a file, not a folder. Name the folder that contains it.`;
	return `${path} is not a folder.`;
}

function withoutSql(folder: string, leftOut: string[]): string {
	const archive = leftOut.find(isArchivePath);
	if (archive) return `${folder} has no .sql file, only ${archive}. Unpack it and name the folder.`;
	return `${folder} has no .sql file. Name the folder with the files to run.`;
}

async function pathsIn(top: string): Promise<{ paths: string[]; leftOut: string[] }> {
	const paths: string[] = [];
	const leftOut: string[] = [];
	const folders = [''];
	for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
		for (const entry of await entriesOf(top, folder)) {
			const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
			if (isHidden(entry.name)) continue;
			if (entry.isDirectory()) folders.push(path);
			else if (isSqlPath(entry.name)) paths.push(path);
			else if (path !== MANIFEST_NAME) leftOut.push(path);
			if (paths.length > MAX_FILES) throw new Refusal('too_large', `The folder has more than ${countWords(MAX_FILES, '.sql file')}.`);
		}
	}
	return { paths, leftOut };
}

async function entriesOf(top: string, folder: string) {
	try {
		return await readdir(join(top, folder), { withFileTypes: true });
	} catch (error) {
		throw new Refusal('invalid', `${folder || top} cannot be read as a folder: ${(error as Error).message}`);
	}
}

/** The real path. Links are followed to files inside the folder only. */
async function insidePath(top: string, path: string): Promise<string> {
	const real = await realpath(join(top, path)).catch(() => {
		throw new Refusal('invalid', `${path} is a link to a file that does not exist.`);
	});
	const inside = relative(top, real);
	if (inside === '..' || inside.startsWith(`..${sep}`)) throw new Refusal('invalid', `${path} is a link that leaves the folder.`);
	if (!(await lstat(real)).isFile()) throw new Refusal('invalid', `${path} is not a regular file.`);
	return real;
}

async function readManifestFile(top: string): Promise<Buffer | null> {
	const present = await lstat(join(top, MANIFEST_NAME)).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return null;
		throw error;
	});
	if (!present) return null;
	const bytes = await readAtMost(await insidePath(top, MANIFEST_NAME), MAX_MANIFEST_BYTES);
	if (!bytes) throw new Refusal('too_large', `${MANIFEST_NAME} has more than ${countWords(MAX_MANIFEST_BYTES, 'byte')}.`);
	return bytes;
}

/** The whole file, or null when it is longer than `limit`; no more than that is read. */
async function readAtMost(path: string, limit: number): Promise<Buffer | null> {
	await using file = await open(path, 'r');
	const { size } = await file.stat();
	if (size > limit) return null;
	const buffer = Buffer.alloc(size + 1);
	let length = 0;
	while (length < buffer.length) {
		const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
		if (bytesRead === 0) break;
		length += bytesRead;
	}
	if (length > size) throw new Refusal('conflict', `${path} changed while it was read.`);
	return buffer.subarray(0, length);
}
