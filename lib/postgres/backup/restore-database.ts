import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Target } from '#lib/domain/target/target.ts';
import { APPLICATION_PREFIX, answerWithin, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';
import { databaseOption, runProgram } from '#lib/postgres/programs/run-program.ts';
import { analyzeDatabase } from './analyze-database.ts';
import { BUILT_IN_FILE, type BuiltIn, matchBuiltIn } from './built-in.ts';
import { applyDatabaseProperties, createDatabaseSql, type DatabaseProperties, PROPERTIES_FILE } from './database-properties.ts';
import { isEarly, isPrivileges, isSchemaPrivileges, listDumpEntries, withEntryList, withoutRows } from './dump-entries.ts';
import { restoreExtensions, restorePrivileges } from './restore-by-script.ts';
import { CREATING, followRestore, type RestoreProgress, readRelationSizes } from './restore-progress.ts';

export type RestoreInput = {
	target: Target;
	/** A folder that dumpDatabase made. */
	dumpFolder: string;
	/** A name that no database has yet. */
	intoDatabase: string;
	/** All that the dump holds, or definitions without any rows: enough to see whether a restore is possible, in about a second. */
	what: 'everything' | 'definitions';
	jobs: number;
	applicationName?: string;
	signal?: AbortSignal;
	/** Once a second, and at the end. */
	onProgress?: (progress: RestoreProgress) => void;
};

/**
 * Nobody relies on the new database while it is filled, so its commits need not wait for the disk: those that come after, of its
 * properties and of the swap, flush the log up to themselves. Index builds get memory, and one process, for each job.
 */
const LOADING = { synchronous_commit: 'off', maintenance_work_mem: '128MB', max_parallel_maintenance_workers: '0' };

/**
 * Restores a dump into a new database beside the live one: owners and privileges, and what pg_dump leaves out of a database
 * (settings, also per role, ACL, comment, connection limit), as they were when the dump was made; then ANALYZE. Until all that is
 * done only its owner can connect. Materialized views are refreshed, as their owners and under the policies that bind those
 * (--enable-row-security); rows are loaded past every policy, because the login has BYPASSRLS. On failure the new database is dropped, and the first error is thrown.
 */
export async function restoreDatabase(input: RestoreInput): Promise<void> {
	const { target, dumpFolder, intoDatabase, applicationName = `${APPLICATION_PREFIX} restore` } = input;
	const properties = await readBeside<DatabaseProperties>(dumpFolder, PROPERTIES_FILE);
	const builtIn = await readBeside<BuiltIn>(dumpFolder, BUILT_IN_FILE);
	await createClosed({ ...input, applicationName }, properties);
	try {
		await matchWhatIsThere({ ...input, applicationName }, builtIn);
		await restoreInto({ ...input, applicationName }, builtIn);
		const place = {
			target,
			login: 'restore',
			database: target.connection.maintenanceDatabase,
			applicationName,
			signal: input.signal,
		} as const;
		await withTarget(place, (client) => applyDatabaseProperties(client, intoDatabase, properties));
		if (input.what === 'everything') {
			const { jobs, signal } = input;
			await analyzeDatabase({ target, database: intoDatabase, jobs, applicationName, signal });
		}
	} catch (error) {
		await dropDatabase({ target, database: intoDatabase }).catch(() => undefined); // The first error is the one to report.
		throw error;
	}
}

/** The files of a big database take a while to go. */
const DROPPED_WITHIN_MS = 120_000;

/** Drops a scratch database, ending its sessions, and one that makes it. One that is not there is no error. The live database is refused. */
export async function dropDatabase({ target, database }: { target: Target; database: string }): Promise<void> {
	const { database: live, maintenanceDatabase } = target.connection;
	if (database === live || database === maintenanceDatabase) throw new Error(`${database} is in use and must never be dropped`);
	const place = {
		target,
		login: 'restore',
		database: maintenanceDatabase,
		applicationName: `${APPLICATION_PREFIX} restore`,
		signal: answerWithin(DROPPED_WITHIN_MS),
	} as const;
	await withTarget(place, async (client) => {
		await endCreation(client, database);
		const { rowCount } = await client.query('select from pg_catalog.pg_database where datname = $1 and datistemplate', [database]);
		// What was made of a template is one, and PostgreSQL drops none.
		if (rowCount) await client.query(`alter database ${quoteIdentifier(database)} with is_template false`);
		await client.query(`drop database if exists ${quoteIdentifier(database)} with (force)`);
	});
}

const ENDED_WITHIN_MS = 30_000;

/** PostgreSQL makes a database to the end before it notices that nobody waits for it any more: then it would be there after the DROP. */
async function endCreation(client: TargetClient, database: string): Promise<void> {
	const { rows } = await client.query<{ pid: number; ended: boolean }>(
		`select pid, pg_catalog.pg_terminate_backend(pid, ${ENDED_WITHIN_MS}) as ended from pg_catalog.pg_stat_activity
		 where pid <> pg_catalog.pg_backend_pid() and usename = current_user and state = 'active' and pg_catalog.starts_with(query, $1)`,
		[`create database ${quoteIdentifier(database)} `],
	);
	const left = rows.find(({ ended }) => !ended);
	if (left) throw new Error(`session ${left.pid}, which makes the database ${database}, has not ended within ${ENDED_WITHIN_MS / 1000} s`);
}

async function createClosed(
	{ target, intoDatabase, applicationName, signal }: RestoreInput,
	properties: DatabaseProperties,
): Promise<void> {
	const place = { target, login: 'restore', database: target.connection.maintenanceDatabase, applicationName, signal } as const;
	await withTarget(place, async (client) => {
		await client.query(createDatabaseSql(intoDatabase, properties));
		await client.query(`revoke all on database ${quoteIdentifier(intoDatabase)} from public`);
	});
}

/** A new database has what initdb makes; this one's dump does not say what was changed of that. */
async function matchWhatIsThere({ target, intoDatabase, applicationName, signal }: RestoreInput, builtIn: BuiltIn): Promise<void> {
	const place = { target, login: 'restore', database: intoDatabase, applicationName, signal } as const;
	await withTarget(place, (client) => matchBuiltIn(client, builtIn));
}

async function restoreInto(
	{ target, dumpFolder, intoDatabase, what, jobs, applicationName = '', signal, onProgress = () => undefined }: RestoreInput,
	{ extensions }: BuiltIn,
): Promise<void> {
	const entries = await listDumpEntries(dumpFolder);
	const { first, last } = what === 'everything' ? entries : withoutRows(entries);
	const [early, middle] = [first.filter(isEarly), first.filter((entry) => !isEarly(entry))];
	const [privileges, late] = [last.filter(isPrivileges), last.filter((entry) => !isPrivileges(entry))];
	// Only for how long it takes: without it, every object weighs the same.
	const sizes = await readRelationSizes(target, applicationName).catch(() => new Map<string, number>());
	const parallel = jobs > 1;
	const progress = followRestore({
		...(parallel ? { numbered: middle, others: [...early, ...last] } : { numbered: [], others: [...early, ...middle, ...last] }),
		sizes,
		onProgress,
	});
	const byScript = { target, dumpFolder, intoDatabase, applicationName, settings: LOADING, signal };
	const tellDone = (done: string[]) => {
		for (const _ of done) progress.line(CREATING, 'others');
	};
	const restoreEntries = (entries: string[], how: { jobs: number; of: 'numbered' | 'others' }) =>
		withEntryList(entries, (list) =>
			runProgram({
				program: 'pg_restore',
				args: [
					'--format=directory',
					`--use-list=${list}`,
					`--jobs=${how.jobs}`,
					'--exit-on-error',
					'--enable-row-security',
					'--verbose',
					'--no-password',
					databaseOption(intoDatabase),
					dumpFolder,
				],
				as: { target, login: 'restore', applicationName, settings: LOADING },
				signal,
				onLine: (line) => progress.line(line, how.of),
			}),
		);
	try {
		await restoreExtensions({ ...byScript, entries: early }, extensions);
		await restorePrivileges({ ...byScript, entries: privileges.filter(isSchemaPrivileges) });
		tellDone(early);
		await restoreEntries(middle, { jobs, of: parallel ? 'numbered' : 'others' });
		await restorePrivileges({ ...byScript, entries: privileges.filter((entry) => !isSchemaPrivileges(entry)) });
		tellDone(privileges);
		await restoreEntries(late, { jobs: 1, of: 'others' });
	} finally {
		progress.stop();
	}
}

async function readBeside<T extends { v: 1 }>(dumpFolder: string, file: string): Promise<T> {
	const kept = JSON.parse(await readFile(join(dumpFolder, file), 'utf8')) as T;
	if (kept.v !== 1) throw new Error(`the dump ${dumpFolder} was made by another version of the console`);
	return kept;
}
