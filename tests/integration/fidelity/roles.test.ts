import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startApplication, type TestApplication } from '#tests/support/application.ts';
import { bundleOf, runBundle, tryToFile } from '#tests/support/change.ts';
import { type Cluster, startCluster } from '#tests/support/cluster.ts';
import { query } from '#tests/support/sql.ts';
import { openTestConsole, type TestConsole } from '#tests/support/test-console.ts';
import { lookAtEverything, makeOneDatabase } from './one-database.ts';

let cluster: Cluster;
let application: TestApplication;
let console_: TestConsole;

beforeAll(async () => {
	cluster = await startCluster();
	application = await startApplication();
	console_ = await openTestConsole();
	await query(cluster.url('postgres'), `create role team; create role helper; create role chief; create role app_lead`);
}, 60_000);
afterAll(async () => {
	await console_?.close();
	await application?.close();
	await cluster?.destroy();
});
afterEach(async () => {
	application.misbehave.clear();
	const databases = await query<{ name: string }>(
		cluster.url('postgres'),
		`select datname as name from pg_database where datname ~ '^(roles|countersign)_'`,
	);
	for (const { name } of databases) await query(cluster.url('postgres'), `drop database ${name} with (force)`);
	await query(cluster.url('postgres'), 'drop role if exists old_hand, renamed');
});

const ROLE = `create role old_hand createdb login connection limit 3 valid until '2040-01-01 00:00+00';
	comment on role old_hand is 'was here first'; alter role old_hand set statement_timeout = '7s'; alter role old_hand set search_path = app, public;
	grant team to old_hand with admin option; grant old_hand to helper;`;
const OWNS = `create schema app; create table app.t (id int primary key); insert into app.t select generate_series(1, 20); create table app.mine (id int);
	alter table app.mine owner to old_hand; grant select on app.t to old_hand; alter default privileges for role old_hand in schema app grant select on tables to helper;
	alter table app.t enable row level security; create policy only_old on app.t to old_hand using (id < 5);`;
const DROP = 'reassign owned by old_hand to postgres; alter policy only_old on app.t to helper; drop owned by old_hand; drop role old_hand';

/** The role and its memberships, as pg_dumpall would write them. */
const roles = () =>
	query(
		cluster.url('postgres'),
		`select to_jsonb(r) - 'oid' as role, shobj_description(r.oid, 'pg_authid') as comment,
			(select jsonb_agg(jsonb_build_array(roleid::regrole, member::regrole, grantor::regrole, admin_option) order by roleid::regrole::text) from pg_auth_members
			 where r.oid in (roleid, member) and not (select rolname ~ '^countersign' from pg_roles where oid = member)) as memberships from pg_roles r where rolname = 'old_hand'`,
	);

/** How the run ended, as its record says. */
async function told(runId: string): Promise<string> {
	const [row] = await console_.sql<{ text: string }>(
		`select data::text as text from journal_entry where run_id = $1 and step = 'record' and phase = 'passed'`,
		[runId],
	);
	return row?.text ?? '';
}

let made = 0;
async function makeTarget(wayBack: string, logins: 'superuser' | 'enrolled', more: Record<string, unknown> = {}, appliesAs?: string) {
	made += 1;
	const name = `roles_${made}`;
	await query(cluster.url('postgres'), ROLE);
	return {
		name,
		target: await makeOneDatabase({
			cluster,
			application,
			name,
			sql:
				logins === 'enrolled'
					? `${OWNS} grant create on schema app to old_hand; alter schema app owner to app_lead; alter table app.t owner to app_lead`
					: OWNS,
			logins,
			appliesAs,
			owner: logins === 'enrolled' ? 'app_lead' : 'postgres',
			more: { wayBack, ...more },
		}),
	};
}

describe('a change that drops a role which the backup names', () => {
	test.each(['scratch_restore', 'attestation'])(
		'commits, the way back is not in its way (%s)',
		async (wayBack) => {
			const { target } = await makeTarget(wayBack, 'superuser');
			const run = await runBundle({ console: console_, target }, { files: { '1.sql': DROP } });
			expect(run).toMatchObject({ status: 'succeeded', failure: null });
			expect(await roles()).toEqual([]);
		},
		60_000,
	);

	test.each(['scratch_restore', 'attestation'])(
		'is restored with the role, which is made again but for its password (%s)',
		async (wayBack) => {
			const { name, target } = await makeTarget(wayBack, 'superuser');
			const before = { ...(await lookAtEverything(cluster, name)), roles: await roles() };
			application.misbehave.set('GET health', 'fail');
			const run = await runBundle({ console: console_, target }, { files: { '1.sql': DROP }, manifest: { restore: 'automatic' } });
			expect(run).toMatchObject({ status: 'restored', failure: { code: 'health_check_failed' }, fingerprintAfter: run.fingerprintBefore });
			expect({ ...(await lookAtEverything(cluster, name)), roles: await roles() }).toEqual(before);
			expect(await told(run.runId)).toContain('without their passwords: old_hand');
		},
		60_000,
	);
});

describe('a change that takes a role away otherwise', () => {
	test.each([
		{ how: 'renamed', sql: 'alter role old_hand rename to renamed', wayBack: 'scratch_restore' },
		{ how: 'renamed', sql: 'alter role old_hand rename to renamed', wayBack: 'attestation' },
		{
			how: 'dropped in a DO block',
			sql: `do $$ begin execute 'reassign owned by old_hand to postgres; alter policy only_old on app.t to helper; drop owned by old_hand; drop role old_hand'; end $$`,
			wayBack: 'attestation',
		},
	])(
		'is restored with it: $how ($wayBack)',
		async ({ sql, wayBack }) => {
			const { name, target } = await makeTarget(wayBack, 'superuser');
			const before = { ...(await lookAtEverything(cluster, name)), roles: await roles() };
			application.misbehave.set('GET health', 'fail');
			const run = await runBundle({ console: console_, target }, { files: { '1.sql': sql }, manifest: { restore: 'automatic' } });
			expect(run).toMatchObject({ status: 'restored', failure: { code: 'health_check_failed' }, fingerprintAfter: run.fingerprintBefore });
			expect({ ...(await lookAtEverything(cluster, name)), roles: await roles() }).toEqual(before);
		},
		60_000,
	);

	test('is told to write DROP ROLE as a statement, where the way back names the role', async () => {
		const { target } = await makeTarget('scratch_restore', 'superuser');
		const run = await runBundle({ console: console_, target }, { files: { '1.sql': `do $$ begin ${DROP}; end $$` } });
		expect(run).toMatchObject({
			status: 'rolled_back',
			failure: { code: 'sql_error', instead: expect.stringContaining('Write DROP ROLE as a statement of its own') },
		});
	}, 60_000);

	test('is restored with the owner and privileges of the database, which reach the one beside', async () => {
		const { name, target } = await makeTarget('scratch_restore', 'superuser');
		await query(cluster.url('postgres'), `alter database ${name} owner to old_hand; grant connect, create on database ${name} to helper`);
		const before = await lookAtEverything(cluster, name);
		application.misbehave.set('GET health', 'fail');
		const sql = 'reassign owned by old_hand to chief; drop owned by old_hand; drop owned by helper';
		const run = await runBundle({ console: console_, target }, { files: { '1.sql': sql }, manifest: { restore: 'automatic' } });
		expect(`${run.failure?.code}: ${run.failure?.message}`).toMatch(/^health_check_failed/);
		expect(run).toMatchObject({ status: 'restored', fingerprintAfter: run.fingerprintBefore });
		expect(await lookAtEverything(cluster, name)).toEqual(before);
	}, 60_000);

	test('is found when it is filed with a standby copy, which names the role too', async () => {
		const { target } = await makeTarget('attestation', 'superuser', { standbyCopy: { maxDatabaseBytes: 1024 ** 3 } });
		const bundle = bundleOf({ files: { '1.sql': DROP }, manifest: { standbyCopy: true } });
		const filed = await tryToFile({ console: console_, target }, bundle);
		expect(filed).toMatchObject({
			ok: false,
			refusal: { findings: [{ code: 'role_needed', instead: expect.stringContaining('Leave standbyCopy out') }] },
		});
	});
});

describe('with a restore login that is no superuser', () => {
	const asChief = async (wayBack = 'attestation') => {
		await query(cluster.url('postgres'), 'alter role chief superuser');
		return makeTarget(wayBack, 'enrolled', {}, 'chief');
	};

	test.each([
		{ what: 'drops', sql: DROP },
		{ what: 'renames', sql: 'alter role old_hand rename to renamed' },
	])(
		'a statement that $what a role which the backup names is found when the change is filed',
		async ({ what, sql }) => {
			const { target } = await asChief();
			const filed = await tryToFile({ console: console_, target }, bundleOf({ files: { '1.sql': sql } }));
			expect(filed).toMatchObject({ ok: false, refusal: { code: 'invalid', findings: [{ code: 'role_needed', file: '1.sql', line: 1 }] } });
			const [finding] = filed.ok ? [] : filed.refusal.findings;
			expect(finding?.message).toContain(`this ${what} old_hand`);
		},
		60_000,
	);

	test.each([
		{ what: 'role that this change takes away: old_hand', sql: `do $$ begin ${DROP}; end $$` },
		{ what: 'it could not become chief', sql: 'alter database roles_now owner to chief' },
		{ what: 'it could not become old_hand', sql: 'do $$ begin revoke old_hand from countersign_restore; end $$' },
		{ what: 'it could not sign in', sql: 'do $$ begin alter role countersign_restore nologin; end $$' },
		{ what: 'it could not make a database', sql: 'do $$ begin alter role countersign_restore nocreatedb; end $$' },
	])(
		'what would make a restore impossible is rolled back: $what',
		async ({ what, sql }) => {
			const { name, target } = await asChief();
			const run = await runBundle({ console: console_, target }, { files: { '1.sql': sql.replace('roles_now', name) } });
			expect(run).toMatchObject({ status: 'rolled_back', truth: { kind: 'nothing_committed' }, failure: { code: 'cannot_come_back' } });
			expect(run.failure?.message).toContain(what);
			expect(run.fingerprintAfter).toBe(run.fingerprintBefore);
		},
		60_000,
	);
});
