import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { allOrFirstError } from '#lib/all-or-first-error.ts';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { withPrivateFolder } from '#lib/postgres/programs/private-folder.ts';
import { databaseOption, runProgram } from '#lib/postgres/programs/run-program.ts';
import { WARNING } from '#lib/postgres/programs/said-by-program.ts';
import { entriesOf } from './backup-folder.ts';
import { BUILT_IN_FILE, readBuiltIn } from './built-in.ts';
import { PROPERTIES_FILE, readDatabaseProperties } from './database-properties.ts';
import { listDumpFiles } from './prove-dump.ts';

export type DumpInput = {
	target: Target;
	/** Absolute, not there yet; made here with mode 0700. Its name is made by the server. */
	folder: string;
	jobs: number;
	/** From pg_export_snapshot() of a transaction that is still open. */
	snapshot: string;
	applicationName?: string;
	signal?: AbortSignal;
	/** Every 500 ms, from what is on the disk. */
	onProgress?: (progress: { bytes: number; perSecond: number }) => void;
	/** The name of a file in the folder that pg_dump has finished, while it goes on with others. */
	onFile?: (path: string) => void;
};

const PROGRESS_MS = 500;
const LOCK_WAIT_MS = 10_000;
/** What pg_dump --verbose says when a table's rows are written: the number is the file's name. */
const ROWS_WRITTEN = /finished item (\d+) TABLE DATA /;
/** Roles, memberships and settings, as pg_dumpall writes them; without passwords. */
const GLOBALS_FILE = 'globals.sql';

/**
 * Dumps the whole target: pg_dump's directory format, in parallel, gzip level 1 (a flipped bit in compressed data is noticed when it
 * is read). Beside it what pg_dump leaves out: the roles (`globals.sql`), the database's own properties, what was changed of what initdb made.
 * All or nothing: on any failure, and when the login cannot see every row, the folder is gone and this throws. It is neither proved
 * yet nor on the disk for good (see `beginProof`). Returns what pg_dump warned of.
 */
export async function dumpDatabase(input: DumpInput): Promise<string[]> {
	const { target, folder, jobs, snapshot, applicationName, signal, onFile } = input;
	await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
	await mkdir(folder, { mode: 0o700 });
	const stopWatching = watchSize(folder, input.onProgress);
	try {
		const as = { target, login: 'backup', applicationName, signal } as const;
		const warnings: string[] = [];
		const [, globals, { properties, builtIn }] = await allOrFirstError([
			runProgram({
				program: 'pg_dump',
				as,
				signal,
				args: [
					...['--format=directory', `--file=${folder}`, `--jobs=${jobs}`, '--compress=1', `--snapshot=${snapshot}`],
					...[`--lock-wait-timeout=${LOCK_WAIT_MS}`, '--no-sync', '--verbose', '--no-password'],
					databaseOption(target.connection.database),
				],
				onLine: (line) => {
					const number = ROWS_WRITTEN.exec(line)?.[1];
					if (number !== undefined) onFile?.(`${number}.dat.gz`);
					if (WARNING.test(line)) warnings.push(line);
				},
			}),
			dumpGlobals(input),
			withTarget(as, async (client) => ({ properties: await readDatabaseProperties(client), builtIn: await readBuiltIn(client) })),
		]);
		// Only now: pg_dump wants its folder empty.
		await writeFile(join(folder, GLOBALS_FILE), globals, { flag: 'wx' });
		await writeFile(join(folder, PROPERTIES_FILE), canonicalBytes(properties), { flag: 'wx' });
		await writeFile(join(folder, BUILT_IN_FILE), canonicalBytes(builtIn), { flag: 'wx' });
		await Promise.all((await listDumpFiles(folder)).map((path) => chmod(join(folder, path), 0o600)));
		return warnings;
	} catch (error) {
		await rm(folder, { recursive: true, force: true });
		throw error;
	} finally {
		stopWatching();
	}
}

function dumpGlobals({ target, applicationName, signal }: DumpInput): Promise<Buffer> {
	return withPrivateFolder(async (folder) => {
		const file = join(folder, GLOBALS_FILE);
		await runProgram({
			program: 'pg_dumpall',
			as: { target, login: 'backup', applicationName },
			signal,
			args: [
				...['--globals-only', '--no-role-passwords', '--no-password', `--file=${file}`],
				`--database=${target.connection.maintenanceDatabase}`,
			],
		});
		return readFile(file);
	});
}

/** Removes all but the newest `keep` dumps of a target. Their names begin with the target's, an underscore and the time. */
export async function pruneDumps({ folder, target, keep }: { folder: string; target: string; keep: number }): Promise<void> {
	const entries = await readdir(folder, { withFileTypes: true });
	const names = entries.filter((entry) => entry.isDirectory() && entry.name.startsWith(`${target}_`)).map((entry) => entry.name);
	for (const name of names.sort().reverse().slice(keep)) await rm(join(folder, name), { recursive: true, force: true }); // A worker that starts may remove it first.
}

/** Removes the folders of a run's dumps but the one that the run kept: dumps that were cut short. Returns what was removed. */
export async function removeUnkeptDumps({
	folder,
	runId,
	kept,
}: {
	folder: string;
	runId: string;
	kept: string | null;
}): Promise<string[]> {
	// Another machine's worker may have made it; then this one has nothing to remove.
	const entries = await entriesOf(folder);
	const ofRun = entries
		.filter((entry) => entry.isDirectory() && entry.name.includes(`_${runId.slice(0, 8)}_`))
		.map((entry) => join(folder, entry.name));
	const unkept = ofRun.filter((path) => path !== kept);
	for (const path of unkept) await rm(path, { recursive: true });
	return unkept;
}

/** How much there is by now. A file that did not grow since the last time is done, and not measured again: there may be thousands. */
function makeMeter(folder: string): () => Promise<number> {
	const known = new Map<string, { size: number; done: boolean }>();
	return async () => {
		for (const name of await readdir(folder)) {
			const before = known.get(name);
			if (before?.done) continue;
			const { size } = await stat(join(folder, name));
			known.set(name, { size, done: size > 0 && size === before?.size });
		}
		return [...known.values()].reduce((sum, { size }) => sum + size, 0);
	};
}

function watchSize(folder: string, onProgress: DumpInput['onProgress']): () => void {
	if (!onProgress) return () => undefined;
	let last = { bytes: 0, at: performance.now() };
	const measure = makeMeter(folder);
	const timer = setInterval(async () => {
		const bytes = await measure().catch(() => null); // A file may vanish between listing and measuring: the next tick tells.
		if (bytes === null) return;
		const now = { bytes, at: performance.now() };
		onProgress({ bytes, perSecond: Math.round(((now.bytes - last.bytes) * 1000) / (now.at - last.at)) });
		last = now;
	}, PROGRESS_MS);
	return () => clearInterval(timer);
}
