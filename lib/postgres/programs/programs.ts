import { execFile } from 'node:child_process';
import { access, constants, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { namedProgramFolder, programFolders } from '#lib/env.ts';

const run = promisify(execFile);

/** The oldest PostgreSQL that the console works with. */
export const MINIMUM_MAJOR_VERSION = 15;

export type ProgramName = 'initdb' | 'pg_ctl' | 'postgres' | 'psql' | 'pg_dump' | 'pg_dumpall' | 'pg_restore' | 'vacuumdb' | 'pgbench';

/** Where distributions keep several versions of PostgreSQL beside each other: a folder per version, each with a `bin`. */
const VERSIONED_PARENTS = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt'];

/**
 * Finds one of PostgreSQL's own programs: the newest among `pg_config --bindir`, the distribution's folders and PATH.
 * Newest, because pg_dump must be at least as new as the server. Returns its absolute path; throws when there is none of
 * `atLeastMajor` or newer, saying what to install. What was found is not looked for again while it is there: asking every candidate
 * for its version takes longer than many of the programs' work.
 */
export async function findProgram(name: ProgramName, atLeastMajor: number = MINIMUM_MAJOR_VERSION): Promise<string> {
	const known = found.get(name);
	const newest = known && (await isExecutable(known.path)) ? known : await findNewest(name);
	if (newest && Math.floor(newest.version) >= atLeastMajor) {
		found.set(name, newest);
		return newest.path;
	}
	const seen = newest ? `the newest ${name} found is ${newest.version}` : `${name} was not found`;
	throw new Error(`${seen}, and PostgreSQL ${atLeastMajor} or newer is needed: install its server and client programs`);
}

type Found = { path: string; version: number };

const found = new Map<ProgramName, Found>();

async function findNewest(name: ProgramName): Promise<Found | null> {
	let newest: Found | null = null;
	for (const folder of await candidateFolders()) {
		const path = join(folder, name);
		const version = await programVersion(path);
		if (version !== null && version > (newest?.version ?? 0)) newest = { path, version };
	}
	return newest;
}

/** The version that a program says it is, as 15.14; null when it is not there or is not one of PostgreSQL's. */
export async function programVersion(path: string): Promise<number | null> {
	if (!(await isExecutable(path))) return null;
	try {
		const { stdout } = await run(path, ['--version'], { timeout: 10_000 });
		const version = /\(PostgreSQL\) (\d+(?:\.\d+)?)/.exec(stdout)?.[1];
		return version ? Number(version) : null;
	} catch {
		return null;
	}
}

function isExecutable(path: string): Promise<boolean> {
	return access(path, constants.X_OK).then(
		() => true,
		() => false,
	);
}

async function candidateFolders(): Promise<string[]> {
	const named = namedProgramFolder();
	if (named) return [named];
	const folders = [await configuredFolder(), ...(await versionedFolders()), ...programFolders()];
	return [...new Set(folders.filter((folder) => folder !== null))];
}

async function configuredFolder(): Promise<string | null> {
	try {
		return (await run('pg_config', ['--bindir'], { timeout: 10_000 })).stdout.trim();
	} catch {
		return null; // pg_config belongs to the development packages: many machines lack it.
	}
}

async function versionedFolders(): Promise<string[]> {
	const perParent = await Promise.all(
		VERSIONED_PARENTS.map(async (parent) => {
			const names = await readdir(/* turbopackIgnore: true */ parent).catch(() => []);
			return names.filter((name) => /^(postgresql@)?\d+$/.test(name)).map((name) => join(parent, name, 'bin'));
		}),
	);
	return perParent.flat();
}
