import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Target } from '#lib/domain/target/target.ts';
import { dumpDatabase } from '#lib/postgres/backup/dump.ts';
import { beginProof, listDumpFiles, verifyDump } from '#lib/postgres/backup/prove-dump.ts';
import { dropDatabase, restoreDatabase } from '#lib/postgres/backup/restore-database.ts';
import type { RestoreProgress } from '#lib/postgres/backup/restore-progress.ts';
import { SWAP_PHASES, swapDatabases } from '#lib/postgres/backup/swap-databases.ts';
import { asRestored } from '#lib/postgres/catalog/as-restored.ts';
import { diffCensus, takeCensus } from '#lib/postgres/catalog/census.ts';
import { diffCatalogs, fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { type Cluster, startCluster } from '#tests/support/cluster.ts';
import { asSuperuser, makeRealisticDatabase, psql } from '#tests/support/realistic-database.ts';
import { until } from '#tests/support/sql.ts';

const LIVE = 'App "x"=1';
let cluster: Cluster;
let target: Target;
let folder: string;

beforeAll(async () => {
	cluster = await startCluster();
	target = await makeRealisticDatabase(cluster, LIVE);
	folder = mkdtempSync(join(tmpdir(), 'countersign-dumps-'));
}, 120_000);
afterAll(async () => {
	await cluster?.destroy();
	if (folder) rmSync(folder, { recursive: true, force: true });
});

async function dumpNow(name: string) {
	return withTarget({ target, login: 'backup' }, async (client) => {
		await client.query('begin isolation level repeatable read read only');
		const snapshot = (await client.query('select pg_export_snapshot() as id')).rows[0].id as string;
		const dump = { folder: join(folder, name) };
		const [census] = await Promise.all([
			takeCensus({ target, login: 'backup', snapshot, jobs: 2 }),
			dumpDatabase({ target, folder: dump.folder, jobs: 2, snapshot }),
		]);
		return { dump, census, catalog: await readCatalog(client) };
	});
}

/** Every object was counted, in parallel and one at a time: none twice, none not at all. */
function expectAllDone(progress: RestoreProgress | undefined): void {
	expect(progress?.objects.total).toBeGreaterThan(10);
	expect(progress?.objects.done).toBe(progress?.objects.total);
	expect(progress?.done).toBe(progress?.total);
}

/** Nothing to look at. */
const lastLook = async () => undefined;

describe('with three logins that are no superusers', () => {
	it('a dump restored beside is equal in catalog, rows and sequences, and swaps in exactly', async () => {
		const before = await dumpNow('whole');
		const hash = await beginProof(before.dump.folder).finish();
		await verifyDump({ folder: before.dump.folder, sha256: hash.sha256 });

		const progress: RestoreProgress[] = [];
		await restoreDatabase({
			target,
			dumpFolder: before.dump.folder,
			intoDatabase: 'beside',
			what: 'everything',
			jobs: 2,
			onProgress: (p) => progress.push(p),
		});
		const catalog = await withTarget({ target, login: 'backup', database: 'beside' }, readCatalog);
		const census = await takeCensus({ target, login: 'backup', database: 'beside', jobs: 2 });
		await restoreDatabase({ target, dumpFolder: before.dump.folder, intoDatabase: 'again', what: 'definitions', jobs: 2 });
		const again = await withTarget({ target, login: 'backup', database: 'again' }, readCatalog);
		await dropDatabase({ target, database: 'again' });
		const expected = asRestored({ live: before.catalog, restored: catalog, again });
		expect(diffCatalogs(expected, catalog)).toEqual({ added: [], removed: [], changed: [] });
		expect(diffCensus(before.census, census)).toEqual([]);
		expect(census.tables).toContainEqual(expect.objectContaining({ table: 'eng.venture', rows: 200 }));
		expectAllDone(progress.at(-1));

		await psql(cluster, LIVE, 'drop table vh.link');
		const phases: string[] = [];
		await swapDatabases({
			target,
			live: LIVE,
			replacement: 'beside',
			keepAs: 'failed',
			applicationName: 'countersign test',
			lastLook,
			onPhase: (phase) => void phases.push(phase),
		});
		expect(phases).toEqual([...SWAP_PHASES]);
		expect(await psql(cluster, LIVE, 'select count(*) from vh.link')).toBe('50');
		expect(await psql(cluster, 'postgres', "select datallowconn from pg_database where datname = 'failed'")).toBe('f');
		expect(fingerprintOf(await withTarget({ target, login: 'backup' }, readCatalog))).toBe(fingerprintOf(expected));
		await dropDatabase({ target, database: 'failed' });
		expect(await psql(cluster, 'postgres', "select count(*) from pg_database where datname = 'failed'")).toBe('0');
	}, 120_000);

	it('swaps while clients come back at once, and re-opens the live database when a superuser cannot be ended', async () => {
		const { dump } = await dumpNow('again');
		const progress: RestoreProgress[] = [];
		await restoreDatabase({
			target,
			dumpFolder: dump.folder,
			intoDatabase: 'next',
			what: 'everything',
			jobs: 1,
			onProgress: (p) => progress.push(p),
		});
		expectAllDone(progress.at(-1));
		await asSuperuser(cluster, LIVE, async () => {
			await expect(
				swapDatabases({ target, live: LIVE, replacement: 'next', keepAs: 'aside', applicationName: 'countersign test', lastLook }),
			).rejects.toThrow(/of postgres/);
		});
		expect(
			await psql(
				cluster,
				'postgres',
				`select string_agg(datname || ':' || datallowconn, ' ' order by datname) from pg_database where datname in ('next', 'aside', '${LIVE}')`,
			),
		).toBe(`${LIVE}:true next:true`);
		await expect(
			swapDatabases({ target, live: LIVE, replacement: 'missing', keepAs: 'aside', applicationName: 'countersign test', lastLook }),
		).rejects.toThrow(/missing/);
		expect(await psql(cluster, LIVE, 'select count(*) from vh.link')).toBe('50');

		let clients = true;
		const busy = Array.from({ length: 5 }, async () => {
			while (clients) await withTarget({ target, login: 'run' }, (client) => client.query('select pg_sleep(0.01)')).catch(() => undefined);
		});
		await swapDatabases({ target, live: LIVE, replacement: 'next', keepAs: 'aside', applicationName: 'countersign test', lastLook });
		clients = false;
		await Promise.all(busy);
		await dropDatabase({ target, database: 'aside' });
	}, 120_000);

	it('a database is gone for good although it was being made by a statement that nobody waits for any more', async () => {
		await psql(cluster, 'postgres', 'create database large');
		await psql(cluster, 'large', `create table t as select repeat('x', 1000) as x from generate_series(1, 300000)`);
		await psql(cluster, 'postgres', 'alter database large is_template true');
		const place = { target, login: 'restore', database: target.connection.maintenanceDatabase } as const;
		const making = withTarget(place, (client) => client.query('create database "given up" with template large')).catch(() => null);
		await until('the statement', () =>
			psql(cluster, 'postgres', `select pid from pg_stat_activity where state = 'active' and query ~ '^create database "given'`),
		);
		await dropDatabase({ target, database: 'given up' });
		await making;
		expect(await psql(cluster, 'postgres', `select datname from pg_database where datname = 'given up'`)).toBe('');
	});

	it('never drops the live database, and leaves nothing when a restore fails', async () => {
		await expect(dropDatabase({ target, database: LIVE })).rejects.toThrow(/must never be dropped/);
		const { dump } = await dumpNow('cut');
		rmSync(join(dump.folder, (await listDumpFiles(dump.folder)).find((path) => path.endsWith('.dat.gz')) as string));
		await expect(
			restoreDatabase({
				target,
				dumpFolder: dump.folder,
				intoDatabase: 'broken',
				what: 'everything',
				jobs: 2,
				onProgress: () => undefined,
			}),
		).rejects.toThrow(/pg_restore failed/);
		expect(await psql(cluster, 'postgres', "select count(*) from pg_database where datname = 'broken'")).toBe('0');
	}, 60_000);
});
