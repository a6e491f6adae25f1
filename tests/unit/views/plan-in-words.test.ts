import { expect, test } from 'vitest';
import { planInWords } from '#lib/sql/plan/plan-in-words.ts';

async function linesOf(sql: string) {
	const { lines } = await planInWords([{ path: 'a.sql', bytes: Buffer.from(sql) }]);
	return lines.map((line) => [line.lead, line.names, line.details, line.note]);
}

test('says what is taken away before what is added', async () => {
	const lines = await linesOf('create table eng.a (x int); drop table eng.b cascade;');
	expect(lines).toEqual([
		['Drops, with everything that depends on it (CASCADE), table', ['eng.b'], [], 'Blocks reads and writes of eng.b until COMMIT'],
		['Creates table', ['eng.a'], [], null],
	]);
});

test('gathers what is done to one table, and names the lock it takes', async () => {
	const lines = await linesOf('alter table eng.a add column x int; alter table eng.a enable row level security;');
	expect(lines).toEqual([
		['Alters table', ['eng.a'], ['adds column x', 'enables row-level security'], 'Blocks reads and writes of eng.a until COMMIT'],
	]);
});

test('does not speak of locks on what the bundle itself creates', async () => {
	const lines = await linesOf('create table eng.a (x int); create index i on eng.a (x); create index j on eng.old (x);');
	expect(lines).toContainEqual(['Creates 2 indexes', ['i on eng.a', 'j on eng.old'], [], 'Blocks writes to eng.old until COMMIT']);
});

test('tells an UPDATE of some rows from one of all rows', async () => {
	const lines = await linesOf('update eng.a set x = 1; update eng.b set x = 1 where y;');
	expect(lines.map(([lead]) => lead)).toEqual(['Updates every row of table', 'Updates rows of table']);
});

test('names who gets which privilege, PUBLIC and columns included', async () => {
	const lines = await linesOf('grant select (x), insert on eng.a, eng.b to r, public; revoke all on all tables in schema eng from r;');
	expect(lines).toEqual([
		['Grants SELECT (x), INSERT to r, everybody (PUBLIC) on 2 tables', ['eng.a', 'eng.b'], [], null],
		['Revokes all privileges from r on every table of schema', ['eng'], [], null],
	]);
});

test('says so when the kind of a statement tells nothing', async () => {
	const lines = await linesOf("do $$begin end$$; create conversion c for 'LATIN1' to 'UTF8' from f;");
	expect(lines.map(([lead]) => lead)).toEqual([
		'Runs a DO block: read the SQL to see what it does',
		'Runs create conversion: read the SQL',
	]);
});

const OTHER = expect.stringContaining('another database');
const OUTSIDE = expect.stringContaining('neither ROLLBACK nor a restore');
const CLUSTER = 'Belongs to the whole cluster: ROLLBACK undoes it, a restore does not';
const DROPPED = expect.stringContaining('A restore makes a role that the backup names again, without its password');
const PARTLY = expect.stringContaining('Also affects the whole cluster');

test.each<[sql: string, words: string, stays: unknown]>([
	['create role r', 'Creates role r', CLUSTER],
	['create user u in role r', 'Creates role u', CLUSTER],
	['alter user u with createdb', 'Alters role u', CLUSTER],
	['alter group g add user u', 'Alters role g', CLUSTER],
	['alter role r rename to s', 'Renames role r to s', CLUSTER],
	["alter role r set work_mem = '1MB'", 'Changes settings of role r', CLUSTER],
	['alter role all reset work_mem', 'Changes settings of every role', CLUSTER],
	["alter role r in database d set work_mem = '1MB'", 'Changes settings, in database d alone, of role r', null],
	["alter role r in database e set work_mem = '1MB'", 'Changes settings, in database e alone, of role r', OTHER],
	["alter role all in database e set work_mem = '1MB'", 'Changes settings, in database e alone, of every role', OTHER],
	["alter database d set work_mem = '1MB'", 'Changes settings of database d', null],
	["alter database e set work_mem = '1MB'", 'Changes settings of database e', OTHER],
	['alter database e connection limit 1', 'Alters database e', OTHER],
	['alter database e owner to r', 'Makes r the owner of database e', OTHER],
	['grant connect on database d to r', 'Grants CONNECT to r on database d', null],
	['grant connect on database d, e to r', 'Grants CONNECT to r on 2 databases d e', OTHER],
	["comment on database e is 'x'", 'Comments on database e', OTHER],
	["security label on database d is 'x'", 'Sets the security label of database d', null],
	["security label on database e is 'x'", 'Sets the security label of database e', OTHER],
	["select pg_create_logical_replication_slot('s', 'pgoutput')", 'Runs a query, which may call functions', OUTSIDE],
	["insert into eng.a select dblink_exec('c', 'drop table t')", 'Inserts into table eng.a', OUTSIDE],
	['select pg_catalog.pg_terminate_backend(pid) from pg_stat_activity', 'Runs a query, which may call functions', OUTSIDE],
	['create view eng.v as select pg_reload_conf()', 'Creates view eng.v', null],
	['drop role r', 'Drops role r', DROPPED],
	['grant "Owner" to r, s', 'Grants r, s membership in role Owner', CLUSTER],
	['grant o to r with admin option', 'Grants r membership, with its admin option set, in role o', CLUSTER],
	['revoke o from r', 'Revokes from r membership in role o', CLUSTER],
	['revoke admin option for o from r', 'Revokes from r the admin option of membership in role o', CLUSTER],
	["comment on role r is 'x'", 'Comments on role r', CLUSTER],
	["security label for p on role r is 'x'", 'Sets the security label of role r', CLUSTER],
	['alter tablespace t rename to u', 'Renames tablespace t to u', CLUSTER],
	['alter tablespace t owner to r', 'Makes r the owner of tablespace t', CLUSTER],
	['alter tablespace t set (seq_page_cost = 1)', 'Changes options of tablespace t', CLUSTER],
	['grant create on tablespace t to r', 'Grants CREATE to r on tablespace t', CLUSTER],
	['grant set on parameter work_mem to r', 'Grants SET to r on parameter work_mem', CLUSTER],
	['alter database other rename to d', 'Renames database other to d', CLUSTER],
	['drop owned by r', 'Drops everything owned by role r', PARTLY],
	['reassign owned by r to s', 'Reassigns to s everything owned by role r', PARTLY],
	["copy eng.a to '/srv/a.csv'", 'Copies rows to a file of the server', expect.stringContaining('neither ROLLBACK nor a restore')],
	["copy eng.a from '/srv/a.csv'", 'Loads rows from a file of the server into table eng.a', null],
	["comment on table eng.a is 'x'", 'Comments on table eng.a', null],
	['alter schema a rename to b', 'Renames schema a to b', null],
	['grant select on eng.a to r', 'Grants SELECT to r on table eng.a', null],
	['alter table eng.a owner to r', 'Alters table eng.a', null],
])('says what a restore does not undo: %s', async (sql, words, stays) => {
	const { lines } = await planInWords([{ path: 'a.sql', bytes: Buffer.from(sql) }], 'd');
	expect(lines.map((line) => [line.lead, ...line.names].join(' '))).toEqual([words]);
	expect(lines[0]?.beyondRestore).toEqual(stays);
});

test('what a restore does not undo comes first, and is never among the lines left out', async () => {
	const tables = Array.from({ length: 300 }, (_, i) => `alter table eng.t${i} add column x int;`);
	const bytes = Buffer.from(`${tables.join('')} drop table eng.a; create role r; drop role s;`);
	const { lines, more } = await planInWords([{ path: 'a.sql', bytes }]);
	expect(more).toBe(103);
	expect(lines.slice(0, 3).map((line) => [line.lead, line.beyondRestore])).toEqual([
		['Drops role', DROPPED],
		['Creates role', CLUSTER],
		['Drops table', null],
	]);
});
