import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Target } from '#lib/domain/target.ts';
import { runBundle, type SeenRun, stepsOf } from '#tests/support/change.ts';
import { type Cluster, startCluster } from '#tests/support/cluster.ts';
import { asSuperuser, makeRealisticDatabase } from '#tests/support/realistic-database.ts';
import { openTestConsole, readRecord, type TestConsole } from '#tests/support/test-console.ts';

const BUNDLE = { files: { '1.sql': 'create table eng.made (id int)' } };
let cluster: Cluster;
let console_: TestConsole;
let target: Target;

beforeAll(async () => {
	cluster = await startCluster({ settings: { wal_level: 'logical', max_prepared_transactions: '2' } });
	target = await makeRealisticDatabase(cluster, 'venture', { restoreBudget: '1s', recoveryPoint: 'not_required', wayBack: 'attestation' });
	console_ = await openTestConsole();
});
afterAll(async () => {
	await console_?.close();
	await cluster?.destroy();
});

const sql = (text: string, database = 'venture') => asSuperuser(cluster, database, (client) => client.query(text));
const made = async () => (await sql(`select to_regclass('eng.made') is not null as made`)).rows[0]?.made;

/** Stopped at the claim, before anything was done, and told in words. */
async function expectStopped(run: SeenRun, what: string): Promise<void> {
	expect(run).toMatchObject({ status: 'rolled_back', truth: { kind: 'nothing_committed' }, failure: { code: 'cannot_come_back' } });
	expect(run.failure?.message).toBe(`A restore of ${target.name} could not bring back: ${what}.`);
	expect(run.failure?.instead).toMatch(/^Nothing was changed\. .* Then execute again\.$/);
	expect(run.fingerprintAfter).toBe(run.fingerprintBefore);
	const done = (await stepsOf(console_, run.runId)).map(({ step, outcome }) => `${step} ${outcome}`);
	expect(done).toEqual(['claim failed', 'record passed']);
	const failed = (await readRecord(console_)).find((e) => e.subject.runId === run.runId && e.kind === 'run.step_failed');
	expect(failed?.data).toMatchObject({ step: 'claim', failure: { code: 'cannot_come_back' } });
	expect(await made()).toBe(false);
}

describe('a run is stopped before anything is done', () => {
	test.each([
		{
			what: 'replication slot followers',
			make: `select pg_create_logical_replication_slot('followers', 'pgoutput')`,
			unmake: `select pg_drop_replication_slot('followers')`,
		},
		{
			what: 'subscription news',
			make: `create subscription news connection 'host=127.0.0.1 port=1' publication p with (connect = false, slot_name = none)`,
			unmake: 'drop subscription news',
		},
		{
			what: 'prepared transaction left over',
			make: `begin; create table eng.prepared (); prepare transaction 'left over'`,
			unmake: `rollback prepared 'left over'`,
		},
		{
			what: 'user mapping of app_owner on elsewhere',
			make: `create foreign data wrapper nothing; create server elsewhere foreign data wrapper nothing;
				create user mapping for app_owner server elsewhere options (password 'secret')`,
			unmake: 'drop foreign data wrapper nothing cascade',
		},
	])('by a $what', async ({ what, make, unmake }) => {
		await sql(make);
		try {
			await expectStopped(await runBundle({ console: console_, target }, BUNDLE), what);
		} finally {
			await sql(unmake);
		}
	});

	test('by all of them at once, each named', async () => {
		await sql(`select pg_create_logical_replication_slot('followers', 'pgoutput')`);
		await sql(`begin; create table eng.prepared (); prepare transaction 'left over'`);
		try {
			const run = await runBundle({ console: console_, target }, BUNDLE);
			await expectStopped(run, 'prepared transaction left over; replication slot followers');
		} finally {
			await sql(`rollback prepared 'left over'`);
			await sql(`select pg_drop_replication_slot('followers')`);
		}
	});
});

test('physical slots, and what belongs to other databases, stop nothing', async () => {
	await sql(`select pg_create_physical_replication_slot('replica')`);
	await sql(`select pg_create_logical_replication_slot('of_another', 'pgoutput')`, 'postgres');
	await sql(`begin; create table t (); prepare transaction 'elsewhere'`, 'postgres');
	try {
		const run = await runBundle({ console: console_, target }, BUNDLE);
		expect(run).toMatchObject({ status: 'succeeded', failure: null });
		expect(await made()).toBe(true);
	} finally {
		await sql(`rollback prepared 'elsewhere'`, 'postgres');
		await sql(`select pg_drop_replication_slot(slot_name) from pg_replication_slots`, 'postgres');
		await sql('drop table if exists eng.made');
	}
});

test('a user mapping stops nothing where the backup login is shown its options: then a dump has them', async () => {
	await sql(`create foreign data wrapper nothing; create server elsewhere foreign data wrapper nothing;
		create user mapping for app_owner server elsewhere options (password 'secret');
		alter role countersign_backup superuser; alter role countersign_restore superuser`);
	try {
		const run = await runBundle({ console: console_, target }, BUNDLE);
		expect(run).toMatchObject({ status: 'succeeded', failure: null });
	} finally {
		await sql(`alter role countersign_backup nosuperuser; alter role countersign_restore nosuperuser; drop foreign data wrapper nothing cascade;
			drop table if exists eng.made`);
	}
});
