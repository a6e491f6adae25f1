import { describe, expect, test } from 'vitest';
import { checked, placesIn } from './bundle-of.ts';

/** Refused wherever it stands: here on line 2, column 3. */
const REFUSED: Record<string, string[]> = {
	transaction_control: [
		'begin',
		'start transaction',
		'commit',
		'end',
		'rollback',
		'abort',
		'commit and chain',
		'savepoint a',
		'release a',
		'rollback to a',
		'set transaction isolation level serializable',
		'set session characteristics as transaction read only',
		"set transaction snapshot '1'",
	],
	prepared_transaction: ["prepare transaction 'x'", "commit prepared 'x'", "rollback prepared 'x'"],
	outside_transaction: [
		'reindex schema s',
		'reindex database d',
		'reindex system d',
		'vacuum',
		'vacuum (full) t',
		'create database d',
		'drop database d',
		'alter database d set tablespace x',
		"create tablespace x location '/x'",
		'drop tablespace x',
		'alter system set work_mem = 1',
		'alter system reset all',
		'cluster',
		"create subscription s connection '' publication p",
		'alter subscription s refresh publication',
		'alter subscription s set publication p',
		'drop subscription s',
	],
	copy_stdin: ['copy t from stdin', 'COPY t (a, b) FROM stdin WITH (FORMAT csv)'],
	copy_program: ["copy t from program 'x'", "copy t to program 'x'"],
	copy_stdout: ['copy t to stdout', 'copy (select 1) to stdout'],
	role_change: [
		'set role x',
		'set local role x',
		'set role none',
		'reset role',
		'set session authorization x',
		'reset session authorization',
		"select set_config('role', 'x', true)",
	],
	imposed_limit: [
		'set lock_timeout = 0',
		'set local lock_timeout to default',
		'set "Lock_Timeout" = 0',
		'reset statement_timeout',
		'set idle_in_transaction_session_timeout = 0',
		'set transaction_timeout = 0',
		'set idle_session_timeout = 1',
		'set tcp_user_timeout = 1',
		"update pg_settings set setting = '0' where name = 'lock_timeout'",
		'set transaction_read_only = on',
		'set default_transaction_isolation = serializable',
		'set default_transaction_read_only = off',
		'reset all',
		"select pg_catalog.set_config('LOCK_TIMEOUT', '0', false)",
		"insert into t select x from (select set_config('statement_timeout'::text, '0', true)) as s (x)",
	],
	run_setting: [
		'set synchronous_commit = off',
		'set local synchronous_commit = local',
		'reset synchronous_commit',
		"select set_config('synchronous_commit', 'off', true)",
		"update pg_settings set setting = 'off' where name = 'synchronous_commit'",
		"with u as (update pg_catalog.pg_settings set setting = 'off' where name = 'synchronous_commit' returning 1) select * from u",
		'set session_replication_role = replica',
		'set session_replication_role to default',
		'set event_triggers = off',
		'set client_min_messages = warning',
		"set client_min_messages to 'ERROR'",
		"set application_name = 'x'",
		'set track_counts = off',
		'set track_activities = false',
		'set exit_on_error = on',
		'set zero_damaged_pages = on',
	],
	session_state: [
		'discard all',
		'discard temp',
		'discard temporary',
		'discard plans',
		'discard sequences',
		'deallocate all',
		'deallocate prepare all',
		'deallocate p',
		'prepare countersign_session_state as select 1',
		'execute "countersign_session_state"',
	],
	reading_setting: [
		'reset client_encoding',
		"select set_config('client_encoding', x, false) from (values ('latin1')) v (x)",
		"set client_encoding = 'LATIN1'",
		"set names 'latin1'",
		'set standard_conforming_strings = off',
	],
};

describe('refuses, with its place', () => {
	for (const [code, statements] of Object.entries(REFUSED)) {
		test.each(statements)(`${code}: %s`, async (sql) => {
			expect(await placesIn(`select 'é';\n  ${sql};\nselect 2;\n`)).toEqual([`${code} 2:3`]);
		});
	}
});

/** What is in the way is one word, marked here by what stands before it. */
const CONCURRENTLY: [before: string, after: string][] = [
	['create index ', 'concurrently i on t (a)'],
	['create unique index\n  ', 'CONCURRENTLY on t (a)'],
	['drop index ', 'concurrently s.i'],
	['reindex index ', 'concurrently i'],
	['reindex (', 'concurrently) table t'],
	['alter table s.concurrently detach partition p ', 'concurrently'],
	['alter table "concurrently" detach partition p ', 'concurrently'],
	['create /* concurrently, /* or */ not */ index -- concurrently\n\t', "concurrently é on t (a) where b = 'concurrently'"],
	['alter table "é\u0001" detach partition p ', 'concurrently'],
];

test.each(CONCURRENTLY)('outside_transaction points at the word: %s|%s', async (before, after) => {
	const lines = `select 'é'; ${before}`.split('\n');
	const place = `${lines.length}:${[...(lines.at(-1) ?? '')].length + 1}`;
	expect(await placesIn(`select 'é'; ${before}${after};\nselect 2;\n`)).toEqual([`outside_transaction ${place}`]);
});

test('the line that a finding shows is the one with the word', async () => {
	const { findings } = await checked({ 'a.sql': 'create index\n  concurrently i on t (a);' });
	expect(findings).toMatchObject([{ line: 2, column: 3, excerpt: '  concurrently i on t (a);' }]);
});

const ACCEPTED = [
	'select 1',
	'do $$ begin commit; end $$',
	'create function f() returns int language plpgsql as $body$ begin return 1; end; $body$',
	'create function f() returns int begin atomic select 1; select case when true then 2 end; end',
	'create procedure p() begin atomic insert into t values (1); insert into t values (2); end',
	'create rule r as on insert to t do also (insert into a values (1); insert into b values (2))',
	"select 'COPY t FROM STDIN; COMMIT; \\i x'",
	"select 'a\n\\i file.sql\nb'",
	'/* \\i x /* nested; commit; */ still */ select 1',
	'select 1 -- \\i x; commit;',
	"select E'it\\'s; commit; ' || 'more'",
	"select E'a'\n'b\\'; commit; \\i'",
	'select U&\'\\0041;\' as "semi;colon"',
	'select $a$ $b$ ; \\i $b$ $a$',
	'refresh materialized view concurrently v',
	'reindex table t',
	'cluster t',
	'analyze t',
	'lock table t in exclusive mode',
	'listen a',
	"notify a, 'b'",
	'declare c cursor with hold for select 1',
	'alter table t detach partition p',
	"alter type e add value 'x'",
	"create subscription s connection '' publication p with (create_slot = false)",
	"create subscription s connection '' publication p with (connect = off)",
	'alter subscription s set publication p with (refresh = false)',
	"alter database d set work_mem = '1MB'",
	'alter role x set lock_timeout = 0',
	"create function f() returns void language sql set lock_timeout = '1s' as ''",
	"set search_path = 'a'",
	"select set_config('search_path', '', false)",
	"set client_encoding = 'UTF8'",
	'set standard_conforming_strings = on',
	"copy t from '/srv/data.csv'",
	'truncate t',
	'set synchronous_commit = on',
	'set client_min_messages = notice',
	'set row_security = off',
	'set check_function_bodies = off',
	"set time zone 'Asia/Tokyo'",
	"set datestyle = 'German'",
	'alter database d set synchronous_commit = off',
	'alter role x set client_min_messages = warning',
	'create function f() returns void language sql set session_replication_role = replica as $$ select 1 $$',
	"select setting from pg_settings where name = 'lock_timeout'",
	"update t set a = (select setting from pg_settings where name = 'lock_timeout')",
	'prepare p as select 1',
	'execute p',
	'listen x',
	'unlisten *',
	'call p()',
];

test.each(ACCEPTED)('accepts: %s', async (sql) => {
	const { findings, statementCount } = await checked({ 'a.sql': `${sql}\n;\nselect 2;` });
	expect(findings).toEqual([]);
	expect(statementCount).toBe(2);
});
