import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Target } from '#lib/domain/target/target.ts';
import { applyDatabaseProperties, readDatabaseProperties } from '#lib/postgres/backup/database-properties.ts';
import { type Census, diffCensus, takeCensus } from '#lib/postgres/catalog/census.ts';
import { type CatalogEntry, diffCatalogs, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import type { ThrowawayCluster } from '#scripts/throwaway/cluster.ts';

const QUIET_WITHIN_MS = 300_000;
const POLL_MS = 200;

/** The database from which every trial gets an identical copy, and a small one for what does not depend on how much there is. */
export const FIXTURE = 'fixture';
export const SMALL = 'small';

export type State = { catalog: CatalogEntry[]; census: Census };

/**
 * Puts a fresh copy of the fixture under a name and waits until the cluster is quiet. What an earlier trial left there is set aside under
 * another name, and goes with the cluster: ext4 without a journal passes over the inodes of files that were deleted in the last minutes, and
 * whoever then makes a thousand files pays for it with twice the processor time.
 */
export async function freshCopy({
	cluster,
	target,
	database,
	from = FIXTURE,
}: {
	cluster: ThrowawayCluster;
	target: Target;
	database: string;
	from?: string;
}): Promise<void> {
	const properties = await withTarget({ target, login: 'restore', database: from }, readDatabaseProperties);
	await asSuperuser(cluster, async (client) => {
		await setAside(client, database);
		await client.query(`create database ${pg.escapeIdentifier(database)} template ${from} strategy file_copy`);
	});
	// A copy has neither the settings nor the privileges of its template.
	await withTarget({ target, login: 'restore', database: target.connection.maintenanceDatabase }, (client) =>
		applyDatabaseProperties(client, database, properties),
	);
	await asSuperuser(cluster, (client) => untilQuiet(client, cluster));
}

/** Catalog and rows of a database, read by the benchmark itself. */
export async function readState(target: Target, database: string): Promise<State> {
	const catalog = await withTarget({ target, login: 'backup', database }, readCatalog);
	return { catalog, census: await takeCensus({ target, login: 'backup', database, jobs: target.backup.jobs }) };
}

/** How many catalog entries, tables and sequences differ. */
export function countDifferences(before: State, after: State): number {
	const { added, removed, changed } = diffCatalogs(before.catalog, after.catalog);
	return added.length + removed.length + changed.length + diffCensus(before.census, after.census).length;
}

/** Runs statements outside of any database under test. */
export async function asSuperuser<T>(
	cluster: ThrowawayCluster,
	work: (client: pg.Client) => Promise<T>,
	database = 'postgres',
): Promise<T> {
	const client = new pg.Client({ connectionString: cluster.url(database) });
	await client.connect();
	try {
		return await work(client);
	} finally {
		await client.end();
	}
}

let aside = 0;

async function setAside(client: pg.Client, database: string): Promise<void> {
	const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
	if (!rowCount) return;
	const name = pg.escapeIdentifier(database);
	await client.query(`alter database ${name} with allow_connections false`);
	await client.query('select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = $1', [database]);
	aside += 1;
	await client.query(`alter database ${name} rename to aside_${aside}`);
}

/** Everything written is on the disk and archived, so that no trial pays for the one before. What was archived is removed. */
async function untilQuiet(client: pg.Client, cluster: ThrowawayCluster): Promise<void> {
	await client.query('checkpoint');
	const { rows } = await client.query<{ file: string }>('select pg_walfile_name(pg_switch_wal()) as file');
	const file = rows[0]?.file ?? '';
	const deadline = Date.now() + QUIET_WITHIN_MS;
	for (;;) {
		const archiver = await client.query<{ last: string | null }>('select last_archived_wal as last from pg_stat_archiver');
		if ((archiver.rows[0]?.last ?? '') >= file) break;
		if (Date.now() > deadline) throw new Error(`the archiver is not done within ${QUIET_WITHIN_MS / 1000} s`);
		await sleep(POLL_MS);
	}
	const archive = join(cluster.folder, 'wal-archive');
	for (const name of readdirSync(archive)) rmSync(join(archive, name));
}
