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
	await query(
		cluster.url('postgres'),
		'create role app_owner; create role app_rw; create role app_ro; create role grantor; create role second',
	);
}, 60_000);
afterAll(async () => {
	await console_?.close();
	await application?.close();
	await cluster?.destroy();
});
afterEach(() => application.misbehave.clear());

const BUNDLE = {
	files: { '1.sql': 'create table app.made (id int); revoke all on app.t from grantor cascade' },
	manifest: { restore: 'automatic' },
};
const APP =
	'create schema app authorization app_owner; set role app_owner; create table app.t (id int, v text); insert into app.t values (1); reset role;';

describe('with the logins that enrolling makes', () => {
	test.each([
		{
			name: 'chain',
			what: 'grants that rest on grants come back with whoever gave them',
			sql: `set role app_owner; grant usage, create on schema app to grantor with grant option; grant select, update (v) on app.t to grantor with grant option;
				create function app.f() returns int language sql return 1; grant execute on function app.f() to grantor with grant option;
				create sequence app.s; grant usage on sequence app.s to grantor with grant option; create type app.e as enum ('a'); grant usage on type app.e to grantor with grant option;
				set role grantor; grant usage on schema app to app_rw, second with grant option; grant select on app.t to app_rw; grant select on app.t to second with grant option;
				grant update (v) on app.t to app_rw; grant execute on function app.f() to app_rw; grant usage on sequence app.s to app_rw; grant usage on type app.e to app_rw;
				set role second; grant usage on schema app to app_ro; grant select on app.t to app_ro; reset role`,
		},
		{
			name: 'trusted',
			what: 'trusted extensions come back, whoever made them',
			sql: `create extension pg_trgm schema app version '1.3'; comment on extension pg_trgm is 'for names'; grant create on database trusted to app_owner;
				set role app_owner; create extension citext schema app; create extension hstore schema app; create table app.c (v app.citext, h app.hstore);
				insert into app.c values ('A', 'a=>1'); create index on app.c using gin (h); reset role`,
		},
	])(
		'$what',
		async ({ name, sql }) => {
			const target = await makeOneDatabase({ cluster, application, name, sql: `${APP} ${sql}`, logins: 'enrolled', owner: 'app_owner' });
			const before = await lookAtEverything(cluster, name);
			application.misbehave.set('GET health', 'fail');
			const run = await runBundle({ console: console_, target }, BUNDLE);
			expect(`${run.failure?.code}: ${run.failure?.message}`).toMatch(/^health_check_failed/);
			expect(run).toMatchObject({ status: 'restored', fingerprintAfter: run.fingerprintBefore });
			// Who owns an extension and its members is whoever restored it.
			const withoutExtensions = (lines: string[]) => lines.filter((line) => !line.startsWith('extension '));
			const after = await lookAtEverything(cluster, name);
			expect(after.dump).toBe(before.dump);
			expect(withoutExtensions(after.builtIn)).toEqual(withoutExtensions(before.builtIn));
		},
		60_000,
	);

	test('a grantor that the restore login cannot become, and privileges on a trusted extension, are found when the change is filed', async () => {
		const target = await makeOneDatabase({
			cluster,
			application,
			name: 'lacking',
			sql: APP,
			afterwards: `create extension pg_trgm schema app; revoke execute on function app.similarity(text, text) from public; create role late;
				grant usage on schema app to late with grant option; set role late; grant usage on schema app to app_ro; reset role`,
			logins: 'enrolled',
			owner: 'app_owner',
		});
		const filed = await tryToFile({ console: console_, target }, bundleOf(BUNDLE));
		expect(filed).toMatchObject({ ok: false, refusal: { findings: [{ code: 'cannot_come_back' }] } });
		const [finding] = filed.ok ? [] : filed.refusal.findings;
		expect(finding?.message).toContain('function app.similarity');
		expect(finding?.message).toContain('role that it cannot become late');
		expect(finding?.instead).toContain('enroll the target again');
	});
});
