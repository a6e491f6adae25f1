import { execFile } from 'node:child_process';
import { access, constants, readdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { namedProgramFolder, programFolders } from '#lib/env.ts';
import { compareVersions, fittestFor, parseVersion, type Version } from './version.ts';

const run = promisify(execFile);

/** The oldest PostgreSQL that the console works with. */
export const MINIMUM_MAJOR_VERSION = 15;

export type ProgramName = 'initdb' | 'pg_ctl' | 'postgres' | 'psql' | 'pg_dump' | 'pg_dumpall' | 'pg_restore' | 'pgbench';

/** Where distributions keep several versions of PostgreSQL beside each other: a folder per version, each with a `bin`. */
const VERSIONED_PARENTS = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt'];

export type Program = { path: string; version: Version };

/**
 * Finds one of PostgreSQL's own programs: the newest among `pg_config --bindir`, the distribution's folders and PATH. Returns its absolute
 * path; throws when there is none of `atLeastMajor` or newer, saying what to install.
 */
export async function findProgram(name: ProgramName, atLeastMajor: number = MINIMUM_MAJOR_VERSION): Promise<string> {
	const [newest] = await listPrograms(name);
	if (newest && newest.version.major >= atLeastMajor) return newest.path;
	throw new Error(tooOld(name, newest, atLeastMajor));
}

/**
 * The one of several versions that works best with a server (see `fittestFor`). The server is asked for its major only when there is a
 * choice: where there is one program, it says itself when it is too old.
 */
export async function findProgramFor(name: ProgramName, askMajor: () => Promise<number>): Promise<string> {
	const programs = await listPrograms(name);
	const [newest] = programs;
	if (new Set(programs.map(({ version }) => version.major)).size <= 1) return findProgram(name);
	const major = await askMajor();
	const fittest = fittestFor(programs, major);
	if (fittest) return fittest.path;
	throw new Error(tooOld(name, newest, major));
}

function tooOld(name: ProgramName, newest: Program | undefined, neededMajor: number): string {
	const seen = newest ? `the newest ${name} found is ${newest.version.text}` : `${name} was not found`;
	return `${seen}, but PostgreSQL ${neededMajor} or newer is required: install its server and client programs`;
}

const listed = new Map<ProgramName, Program[]>();

/**
 * Every such program of this machine, the newest first. What was found is not looked for again while the newest is there: asking every
 * candidate for its version takes longer than many of the programs' work.
 */
export async function listPrograms(name: ProgramName): Promise<Program[]> {
	const known = listed.get(name);
	if (known?.[0] && (await isExecutable(known[0].path))) return known;
	const paths = await onceEach((await candidateFolders()).map((folder) => join(folder, name)));
	const asked = await Promise.all(paths.map(async (path) => ({ path, version: await programVersion(path) })));
	const programs = asked.filter((program): program is Program => program.version !== null);
	programs.sort((a, b) => compareVersions(b.version, a.version));
	listed.set(name, programs);
	return programs;
}

/** Debian's own program of every name: it starts one of the versions that stand in their folders, which are asked themselves. */
const WRAPPER = 'pg_wrapper';

/** Those that are there, each file once: /bin may be /usr/bin, and asking a wrapper for its version costs as much as a small dump. */
async function onceEach(paths: string[]): Promise<string[]> {
	const files = new Map<string, string>();
	for (const path of paths) {
		const file = await realpath(/* turbopackIgnore: true */ path).catch(() => null);
		if (file !== null && basename(file) !== WRAPPER && !files.has(file)) files.set(file, path);
	}
	return [...files.values()];
}

/** The version that a program says it is; null when it is not there or is not one of PostgreSQL's. */
async function programVersion(path: string): Promise<Version | null> {
	if (!(await isExecutable(path))) return null;
	try {
		const { stdout } = await run(path, ['--version'], { timeout: 10_000 });
		const said = /\(PostgreSQL\) (\S+)/.exec(stdout)?.[1];
		return said ? parseVersion(said) : null;
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
