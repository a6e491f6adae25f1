import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Target } from '#lib/domain/target/target.ts';
import { approvedChange, bundleOf, executeToEnd, runBundle, type SeenRun, stepsOf, tryToFile } from '#tests/support/change.ts';
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

const escaped = (text: string) => text.replaceAll(/[.()]/g, '\\$&');

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

describe('a change is refused when it is filed', () => {
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
			what: 'user mapping of app_owner on elsewhere',
			make: `create foreign data wrapper nothing; create server elsewhere foreign data wrapper nothing;
				create user mapping for app_owner server elsewhere options (password 'secret')`,
			unmake: 'drop foreign data wrapper nothing cascade',
		},
		{
			what: 'event trigger watcher',
			make: `create function eng.nothing() returns event_trigger language plpgsql as 'begin end'; alter function eng.nothing() owner to app_owner;
				create event trigger watcher on ddl_command_end execute function eng.nothing()`,
			unmake: 'drop event trigger watcher; drop function eng.nothing()',
			login: true,
		},
		{ what: 'table eng.its of postgres', make: 'create table eng.its ()', unmake: 'drop table eng.its', login: true },
		{ what: 'file_fdw', make: 'create extension file_fdw schema eng', unmake: 'drop extension file_fdw', login: true },
		{
			what: 'function eng.hstore_to_array(eng.hstore)',
			make: 'revoke execute on function eng.hstore_to_array(eng.hstore) from public',
			unmake: 'grant execute on function eng.hstore_to_array(eng.hstore) to public',
			login: true,
		},
		{
			what: 'language sql',
			make: 'revoke usage on language sql from public',
			unmake: 'grant usage on language sql to public',
			login: true,
		},
		{
			what: 'index that is not valid eng.broken',
			make: `create table eng.indexed (id int); alter table eng.indexed owner to app_owner; create index broken on eng.indexed (id);
				update pg_index set indisvalid = false where indexrelid = 'eng.broken'::regclass`,
			unmake: 'drop table eng.indexed',
		},
		{
			what: 'foreign key that a partition names otherwise than its parent own_name on eng.part',
			make: `create table eng.referred (id int primary key); create table eng.whole (id int references eng.referred) partition by list (id);
				create table eng.part (id int constraint own_name references eng.referred); alter table eng.whole attach partition eng.part for values in (1);
				alter table eng.referred owner to app_owner; alter table eng.whole owner to app_owner; alter table eng.part owner to app_owner`,
			unmake: 'drop table eng.whole, eng.referred',
		},
		{
			what: 'foreign key whose triggers are turned off refers on eng.referring',
			make: `create table eng.referred (id int primary key); create table eng.referring (id int constraint refers references eng.referred);
				alter table eng.referred owner to app_owner; alter table eng.referring owner to app_owner; alter table eng.referred disable trigger all`,
			unmake: 'drop table eng.referred, eng.referring',
		},
		{
			what: 'table whose inherited columns do not come first eng.child',
			make: `create table eng.parent (a int); create table eng.child (b int) inherits (eng.parent); alter table eng.parent add column c int;
				alter table eng.parent owner to app_owner; alter table eng.child owner to app_owner`,
			unmake: 'drop table eng.parent cascade',
		},
		{
			what: 'default acl for role stranger',
			make: 'create role stranger; alter default privileges for role stranger grant select on tables to app_owner',
			unmake: 'drop owned by stranger; drop role stranger',
			login: true,
		},
		{
			what: 'setting that only a superuser gives log_statement',
			make: `alter database venture set log_statement = 'none'`,
			unmake: 'alter database venture reset log_statement',
			login: true,
		},
		{
			what: 'security label of what PostgreSQL made language sql by provider',
			make: `insert into pg_seclabel values (14, 'pg_language'::regclass, 0, 'provider', 'secret')`,
			unmake: 'delete from pg_seclabel',
		},
		{ what: 'functions', make: 'alter function pg_catalog.now() cost 7', unmake: 'alter function pg_catalog.now() cost 1' },
		{
			what: 'comments',
			make: `comment on function pg_catalog.now() is 'ours'`,
			unmake: `comment on function pg_catalog.now() is 'current transaction time'`,
		},
		{
			what: 'function pg_catalog.mine()',
			make: `create function pg_catalog.mine() returns int language sql return 1`,
			unmake: 'drop function pg_catalog.mine()',
		},
	])('for $what', async ({ what, make, unmake, login }) => {
		await sql(make);
		try {
			const filed = await tryToFile({ console: console_, target }, bundleOf(BUNDLE));
			expect(filed).toMatchObject({ ok: false, refusal: { code: 'invalid', findings: [{ code: 'cannot_come_back', file: null }] } });
			const [finding] = filed.ok ? [] : filed.refusal.findings;
			expect(finding?.message).toMatch(
				new RegExp(`^(a restore of ${target.name} could not bring back: |PostgreSQL’s own ).*${escaped(what)}`),
			);
			expect(finding?.instead).toMatch(login ? 'restore login countersign_restore is no superuser' : /./);
		} finally {
			await sql(unmake);
		}
	});
});

describe('event triggers on login, since 17', () => {
	const NOTES = `create table eng.logins (who text); create function eng.seen() returns event_trigger language plpgsql as
			$f$ begin insert into eng.logins values (tg_event || ' ' || session_user); end $f$;
		alter table eng.logins owner to app_owner; alter function eng.seen() owner to app_owner; grant insert on eng.logins to public; grant usage on schema eng to public;
		create event trigger at_the_door on login execute function eng.seen(); create event trigger at_ddl on ddl_command_end execute function eng.seen();
		alter role countersign_restore superuser`;
	const CLEAN = `drop event trigger if exists at_the_door; drop event trigger if exists at_ddl; drop function if exists eng.seen(); drop table if exists eng.logins, eng.made;
		alter role countersign_restore nosuperuser; alter role countersign_restore set event_triggers = off`;
	const isOlder = async () => Number((await sql(`select current_setting('server_version_num') as version`)).rows[0]?.version) < 170_000;

	test('one that writes is quiet where ours sign in, DDL is seen all the same, and the change comes back', async () => {
		if (await isOlder()) return;
		await sql(NOTES);
		await sql('truncate eng.logins');
		try {
			const whole = { ...target, wayBack: 'scratch_restore' as const };
			const change = await approvedChange({ console: console_, target: whole }, BUNDLE);
			const told = await console_.sql(
				`select f.code, f.severity, f.about from revision_finding f join revision r on r.id = f.revision_id where r.change_id = $1 and f.code not like 'squawk%'`,
				[change.changeId],
			);
			expect(told).toEqual([{ code: 'login_trigger', severity: 'note', about: 'at_the_door' }]);
			expect(await executeToEnd({ console: console_, target: whole }, change)).toMatchObject({ status: 'succeeded', failure: null });
			const { rows } = await sql('select who from eng.logins where who not like $$login postgres$$ order by 1');
			expect(rows).toEqual([{ who: 'ddl_command_end countersign_run' }]);
		} finally {
			await sql(CLEAN);
		}
	});

	test('one that runs at a login of ours has to be accepted, and so has one that the bundle makes or enables', async () => {
		if (await isOlder()) return;
		await sql(`${NOTES}; alter event trigger at_ddl disable; alter role countersign_restore reset event_triggers`);
		const bundle = {
			files: {
				'1.sql': `create event trigger another on login execute function eng.seen();\nalter event trigger at_the_door enable;\nalter event trigger at_ddl enable;`,
			},
		};
		try {
			const filed = await tryToFile({ console: console_, target }, bundleOf(bundle));
			expect(filed.ok && filed.value.findings.map(({ code, severity, about, line }) => [code, severity, about, line])).toEqual([
				['login_trigger', 'accept', 'at_the_door', null],
				['login_trigger', 'accept', 'another', 1],
				['login_trigger', 'accept', 'at_the_door', 2],
			]);
			expect(filed.ok && filed.value.findings[0]?.message).toContain('login countersign_restore too');
		} finally {
			await sql(CLEAN);
		}
	});
});

describe('a run is stopped before anything is done', () => {
	test('by what has come since the change was filed, each named', async () => {
		const setting = { console: console_, target };
		const change = await approvedChange(setting, BUNDLE);
		await sql(`select pg_create_logical_replication_slot(name, 'pgoutput') from unnest(array['followers', 'readers']) name`);
		try {
			await expectStopped(await executeToEnd(setting, change), 'replication slot followers; replication slot readers');
		} finally {
			await sql(`select pg_drop_replication_slot(slot_name) from pg_replication_slots`);
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
