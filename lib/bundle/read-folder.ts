import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { MANIFEST_NAME, MAX_BUNDLE_BYTES, MAX_MANIFEST_BYTES } from '#lib/domain/manifest.ts';
import { Refusal } from '#lib/errors.ts';
import { type FiledFile, MAX_FILES } from './check-bundle.ts';
import { isHidden } from './left-out.ts';
import { comparePaths, isArchivePath, isSqlPath } from './path-order.ts';

/** `leftOut`: files of the folder that are no part of the bundle, hidden ones not counted. */
export type ReadFolder = { files: FiledFile[]; manifest: Buffer | null; leftOut: string[] };

/**
 * Reads a bundle from a folder: every .sql file below it, and the manifest at its top when there is one. Reads no more than a
 * bundle may weigh. Throws a Refusal for a folder that is not there, a link that leaves it, and what is over the limits.
 */
export async function readFolder(folder: string): Promise<ReadFolder> {
	const top = await realpath(folder).catch(() => {
		throw new Refusal('not_found', `There is no folder ${folder}.`);
	});
	if (!(await lstat(top)).isDirectory()) throw new Refusal('invalid', notFolder(folder));
	const { paths, leftOut } = await pathsIn(top);
	if (paths.length === 0) throw new Refusal('invalid', withoutSql(folder, leftOut));
	const files: FiledFile[] = [];
	let left = MAX_BUNDLE_BYTES;
	for (const path of paths.sort(comparePaths)) {
		const bytes = await readAtMost(await insidePath(top, path), left);
		if (!bytes)
			throw new Refusal(
				'too_large',
				`The bundle weighs more than ${MAX_BUNDLE_BYTES.toLocaleString('en')} bytes: it was read up to ${path}.`,
			);
		left -= bytes.length;
		files.push({ path, bytes });
	}
	return { files, manifest: await readManifestFile(top), leftOut };
}

function notFolder(path: string): string {
	if (isArchivePath(path)) return `${path} is an archive, not a folder. Unpack it, and give the folder that comes out of it.`;
	if (isSqlPath(path)) return `${path} is a file, not a folder. Give the folder that holds it.`;
	return `${path} is not a folder.`;
}

function withoutSql(folder: string, leftOut: string[]): string {
	const archive = leftOut.find(isArchivePath);
	if (archive) return `${folder} has no .sql file, only ${archive}. Unpack it, and give the folder that comes out of it.`;
	return `${folder} has no .sql file. Give the folder with the files that are to be applied.`;
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
			if (paths.length > MAX_FILES)
				throw new Refusal('too_large', `The folder has more than ${MAX_FILES.toLocaleString('en')} .sql files.`);
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

/** Where a path really leads. Links are followed to files inside the folder only. */
async function insidePath(top: string, path: string): Promise<string> {
	const real = await realpath(join(top, path)).catch(() => {
		throw new Refusal('invalid', `${path} is a link to nowhere.`);
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
	if (!bytes) throw new Refusal('too_large', `${MANIFEST_NAME} weighs more than ${MAX_MANIFEST_BYTES.toLocaleString('en')} bytes.`);
	return bytes;
}

/** The whole file, or null when it is longer: then only so much was read. */
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
	if (length > size) throw new Refusal('conflict', `${path} grew while it was read.`);
	return buffer.subarray(0, length);
}
