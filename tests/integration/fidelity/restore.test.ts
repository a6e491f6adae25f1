import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { restoreNames } from '#lib/domain/target/database-names.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { startApplication, type TestApplication } from '#tests/support/application.ts';
import { runBundle } from '#tests/support/change.ts';
import { type Cluster, startCluster } from '#tests/support/cluster.ts';
import { query } from '#tests/support/sql.ts';
import { openTestConsole, type TestConsole } from '#tests/support/test-console.ts';
import { fingerprintOfDatabase } from '#tests/support/test-target.ts';
import { lookAtWhole, makeWholeDatabase } from './whole-database.ts';

let cluster: Cluster;
let application: TestApplication;
let console_: TestConsole;
let target: Target;
const restoreMs = { dump: 0, tried: 0, copy: 0 };

beforeAll(async () => {
	cluster = await startCluster({ settings: { wal_level: 'logical' } });
	application = await startApplication();
	target = await makeWholeDatabase(cluster, application);
	console_ = await openTestConsole();
}, 240_000);
afterAll(async () => {
	await console_?.close();
	await application?.close();
	await cluster?.destroy();
});

const live = () => cluster.url(target.connection.database);

/** What people notice, asked as those people. */
async function probes(): Promise<unknown> {
	const privileges = await query(
		live(),
		`select has_table_privilege('clerk', 'app.customers', 'select') as clerk, has_table_privilege('analyst_ro', 'app.customers', 'delete') as deletes,
		        has_column_privilege('analyst_ro', 'app.customers', 'name', 'select') as name, has_column_privilege('analyst_ro', 'app.customers', 'email', 'select') as email,
		        has_table_privilege('ehg_app', 'app.customers', 'insert with grant option') as passes_on, has_function_privilege('clerk', 'app.doubled(int, int)', 'execute') as doubles,
		        has_database_privilege('clerk', current_database(), 'temporary') as temporary, has_database_privilege('ehg_app', current_database(), 'connect with grant option') as connects,
		        app.doubled(4) as doubled, app.secret_count() as secret, row('a', '1')::app.address operator(app.=~=) row('b', '1')::app.address as same`,
	);
	const visible = await query(live(), 'set role analyst_ro; select count(id) as n from app.customers');
	const ofOwner = await query(live(), 'set role app_owner; select count(*) as n from app.customers');
	return { privileges, visible, ofOwner };
}

test.each([
	{ how: 'from the dump', standbyCopy: false, wayBack: 'attestation', key: 'dump' },
	{ how: 'by the database that the way back was tried in', standbyCopy: false, wayBack: 'scratch_restore', key: 'tried' },
	{ how: 'through the standby copy', standbyCopy: true, wayBack: 'attestation', key: 'copy' },
] as const)(
	'restored $how, a database with about everything in it is exactly what it was',
	async ({ standbyCopy, wayBack, key }) => {
		const before = await lookAtWhole(live());
		expect(Object.keys(before.tables).length).toBeGreaterThanOrEqual(500);
		const seenBefore = await probes();
		application.misbehave.set('GET health', 'fail');
		const run = await runBundle(
			{ console: console_, target: { ...target, wayBack } },
			{
				files: { 'change.sql': readFileSync(join(import.meta.dirname, 'change.sql'), 'utf8') },
				manifest: { restore: 'automatic', standbyCopy },
			},
		);
		expect(`${run.failure?.code}: ${run.failure?.message}`).toMatch(/^health_check_failed/);
		expect(run).toMatchObject({ status: 'restored', truth: { kind: 'restored' }, fingerprintAfter: before.fingerprint });

		const { keptAs } = restoreNames(run.runId);
		await query(cluster.url('postgres'), `alter database ${keptAs} with allow_connections true`);
		expect(await query(cluster.url(keptAs), 'select id, note from app.made')).toEqual([{ id: '1', note: 'new' }]);
		expect(await fingerprintOfDatabase(cluster.url(keptAs))).not.toBe(before.fingerprint);

		const after = await lookAtWhole(live());
		expect(after.tables).toEqual(before.tables);
		expect(after.sequences).toEqual(before.sequences);
		expect(after.largeObjects).toEqual(before.largeObjects);
		expect(after.settings).toEqual(before.settings);
		expect(after.schema).toBe(before.schema);
		expect(after.fingerprint).toBe(before.fingerprint);
		expect(await probes()).toEqual(seenBefore);
		restoreMs[key] = await restoreTook(run.runId);
	},
	240_000,
);

test.each(['tried', 'copy'] as const)('a restore that only puts a database in place (%s) takes less time than one from the dump', (key) => {
	console.info(`restore of ${target.name}: ${restoreMs.dump} ms from the dump, ${restoreMs[key]} ms through the database beside (${key})`);
	expect(restoreMs[key]).toBeGreaterThan(0);
	expect(restoreMs[key]).toBeLessThan(restoreMs.dump);
});

/** By the journal, in ms. */
async function restoreTook(runId: string): Promise<number> {
	const [row] = await console_.sql<{ ms: string }>(
		`select data ->> 'ms' as ms from journal_entry where run_id = $1 and step = 'restore' and phase = 'passed'`,
		[runId],
	);
	return Number(row?.ms);
}
