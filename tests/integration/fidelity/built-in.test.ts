import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApplication, type TestApplication } from '#tests/support/application.ts';
import { approvedChange, bundleOf, executeToEnd, runBundle, tryToFile } from '#tests/support/change.ts';
import { type Cluster, startCluster } from '#tests/support/cluster.ts';
import { addExtension, mayAddExtensions } from '#tests/support/own-extension.ts';
import { query } from '#tests/support/sql.ts';
import { openTestConsole, type TestConsole } from '#tests/support/test-console.ts';
import { lookAtEverything, makeOneDatabase } from './one-database.ts';

let cluster: Cluster;
let application: TestApplication;
let console_: TestConsole;

beforeAll(async () => {
	cluster = await startCluster();
	application = await startApplication();
	await query(cluster.url('postgres'), 'create role speaker; create role reader');
	console_ = await openTestConsole();
}, 60_000);
afterAll(async () => {
	await console_?.close();
	await application?.close();
	await cluster?.destroy();
});

const BUNDLE = { files: { '1.sql': 'create table app.made (id int)' }, manifest: { restore: 'automatic' } };
/** The transaction that ends inside makes the run look at what others have committed meanwhile. */
const CATCHES = `do $$ begin insert into app.made values (1 / 0); exception when division_by_zero then null; end $$`;
const APP = `create schema app; create table app.t (id int primary key, v text); insert into app.t select g, g::text from generate_series(1, 50) g;`;

describe('a restore gives back what a new database has otherwise', () => {
	test.each([
		{ name: 'no_public', what: 'the schema public is dropped', sql: 'drop schema public' },
		{ name: 'no_plpgsql', what: 'the language plpgsql is dropped', sql: 'drop extension plpgsql' },
		{
			name: 'neither',
			what: 'both are, and information_schema too',
			sql: 'drop schema public, information_schema cascade; drop extension plpgsql',
		},
		{
			name: 'own_plpgsql',
			what: 'plpgsql and public were dropped and made anew',
			sql: `drop extension plpgsql; create extension plpgsql; comment on extension plpgsql is 'again'; drop schema public; create schema public; create table public.u ()`,
		},
		{
			name: 'languages',
			what: 'privileges on built-in languages',
			sql: 'revoke usage on language sql from public; revoke usage on language plpgsql from public; grant usage on language sql to speaker with grant option',
		},
		{
			name: 'comments',
			what: 'comments on what initdb made',
			sql: `comment on extension plpgsql is 'ours: do not drop'; comment on function pg_catalog.now() is 'local remark'; comment on schema public is null;
				comment on language sql is 'ok to use'; comment on type pg_catalog.int4 is null; comment on column pg_catalog.pg_class.relname is 'it''s a name';
				comment on operator pg_catalog.+ (int4, int4) is 'plus'; comment on cast (int4 as int8) is 'cast'; comment on view information_schema.tables is 'all of them';
				comment on access method btree is 'tree'; comment on text search configuration pg_catalog.english is null; comment on collation pg_catalog."C" is 'bytes';
				comment on operator class pg_catalog.int4_ops using btree is 'ints'; comment on schema information_schema is 'as the standard says'`,
		},
		{
			name: 'standard',
			what: 'privileges in information_schema',
			sql: `revoke select on information_schema.tables from public; grant select (table_name) on information_schema.tables to reader;
				revoke usage on schema information_schema from public; grant usage on schema information_schema to reader with grant option;
				revoke execute on function information_schema._pg_truetypid(pg_attribute, pg_type) from public; revoke usage on type information_schema.sql_identifier from public;
				set role reader; grant usage on schema information_schema to speaker; reset role`,
		},
		{
			name: 'catalog',
			what: 'privileges in pg_catalog',
			sql: `grant select on pg_catalog.pg_authid to reader; revoke usage on type pg_catalog.int4 from public; revoke execute on function pg_catalog.now() from public;
				grant create on schema pg_catalog to reader; revoke execute on function plpgsql_call_handler from public; grant select (rolname) on pg_catalog.pg_authid to speaker`,
		},
		{
			name: 'public_of',
			what: 'the owner, privileges and comment of public',
			sql: `alter schema public owner to reader; revoke usage on schema public from public; grant create on schema public to speaker; comment on schema public is ''`,
		},
		{
			name: 'audited',
			what: 'an event trigger that writes a row for each DDL, and a materialized view',
			sql: `create table app.ddl_log (at timestamptz default now(), tag text, who text);
				create function app.log_ddl() returns event_trigger language plpgsql as $f$ begin insert into app.ddl_log (tag, who) values (tg_tag, current_user); end $f$;
				create event trigger audit_ddl on ddl_command_end execute function app.log_ddl();
				comment on event trigger audit_ddl is 'who did what'; create materialized view app.m as select count(*) from app.t; grant select on app.m to reader`,
		},
		{
			name: 'sample',
			what: 'that it is a template; a default that was typed without a schema, a collation that was copied, a setting that a role may not give itself',
			sql: `alter database sample is_template true; set search_path = app; create function app.one() returns int language sql return 1;
				create domain app.counted as int default one(); create collation app.bytes from "C"; alter role reader in database sample set my.place = 'here'`,
		},
		{
			name: 'german',
			what: 'that dates are written in German, in a time zone whose abbreviation means another one',
			sql: `alter database german set datestyle = 'German'; alter database german set timezone = 'Asia/Kolkata';
				alter database german set extra_float_digits = -5; alter database german set quote_all_identifiers = on`,
			more: CATCHES,
		},
		{
			name: 'western',
			what: 'another encoding than UTF-8',
			made: `template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'`,
			sql: `create table app."größe" (v text default 'ü'); insert into app."größe" values ('ä'); comment on table app."größe" is 'ö'`,
		},
	])(
		'$what',
		async ({ name, sql, made, more = '' }: { name: string; sql: string; made?: string; more?: string }) => {
			const target = await makeOneDatabase({ cluster, application, name, made, sql: APP, afterwards: sql, logins: 'superuser' });
			const before = await lookAtEverything(cluster, name);
			application.misbehave.set('GET health', 'fail');
			const run = await runBundle({ console: console_, target }, { ...BUNDLE, files: { ...BUNDLE.files, '2.sql': `select 1; ${more}` } });
			application.misbehave.clear();
			expect(`${run.failure?.code}: ${run.failure?.message}`).toMatch(/^health_check_failed/);
			expect(run).toMatchObject({ status: 'restored', truth: { kind: 'restored' }, fingerprintAfter: run.fingerprintBefore });
			expect(await lookAtEverything(cluster, name)).toEqual(before);
		},
		60_000,
	);
});

describe('rows that an extension keeps for itself, and no dump holds', () => {
	const extension = `countersign_keeps_${process.pid}`;
	const KEEPS = "create table job (id serial primary key, what text); insert into job values (0, 'made with it');";
	const make = async (name: string) => {
		const target = await makeOneDatabase({
			cluster,
			application,
			name,
			sql: `${APP} create extension ${extension} schema app`,
			logins: 'superuser',
		});
		return { setting: { console: console_, target }, sql: (text: string) => query<Record<string, string>>(cluster.url(name), text) };
	};
	const write = "insert into app.job (what) values ('ours'), ('ours too')";
	let remove = () => {};
	beforeAll(() => {
		if (mayAddExtensions(cluster)) remove = addExtension(cluster, { name: extension, sql: KEEPS });
	});
	afterAll(() => remove());

	test('are accepted by name, and stay behind at a restore, which says so', async ({ skip }) => {
		if (!mayAddExtensions(cluster)) skip();
		const { setting, sql } = await make('keeps');
		await sql(write);
		const filed = await tryToFile(setting, bundleOf(BUNDLE));
		const told = filed.ok ? filed.value.findings.filter(({ code }) => code === 'rows_not_dumped') : [];
		expect(told.map(({ severity, about, message }) => `${severity} ${about}: ${message.split(':')[0]}`)).toEqual([
			`accept app.job: a restore does not bring back 2 rows of app.job of the extension ${extension}`,
			`accept app.job_id_seq: a restore does not bring back where the sequence app.job_id_seq of the extension ${extension} stands`,
		]);
		application.misbehave.set('GET health', 'fail');
		const run = await runBundle(setting, BUNDLE);
		application.misbehave.clear();
		expect(`${run.failure?.code}: ${run.failure?.message}`).toMatch(/^health_check_failed/);
		expect(run).toMatchObject({ status: 'restored', fingerprintAfter: run.fingerprintBefore });
		expect(await sql('select what from app.job')).toEqual([{ what: 'made with it' }]);
		const [ended] = await console_.sql<{ summary: string }>(
			`select data->>'summary' as summary from journal_entry where run_id = $1 and step = 'record' and phase = 'passed'`,
			[run.runId],
		);
		expect(ended?.summary).toContain('As was accepted, a restore did not bring back what app.job, app.job_id_seq held.');
	}, 60_000);

	test('stop a run where they came after the change was filed', async ({ skip }) => {
		if (!mayAddExtensions(cluster)) skip();
		const { setting, sql } = await make('keeps_later');
		const change = await approvedChange(setting, BUNDLE);
		await sql(write);
		const run = await executeToEnd(setting, change);
		expect(run).toMatchObject({ status: 'rolled_back', failure: { code: 'cannot_come_back' } });
		expect(run.failure?.message).toContain(`2 rows of app.job of the extension ${extension}`);
	}, 60_000);
});
