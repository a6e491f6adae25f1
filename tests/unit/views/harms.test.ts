import { expect, test } from 'vitest';
import { planInWords } from '#lib/sql/plan/plan-in-words.ts';

async function harmsIn(...files: string[]) {
	const plan = await planInWords(files.map((sql, index) => ({ path: `${index}.sql`, bytes: Buffer.from(sql) })));
	return { summary: plan.harm, lines: plan.harms.map(({ level, words, names }) => [level, words, ...names].join(' · ')) };
}

test.each<[sql: string, said: string[]]>([
	['drop table eng.a, eng.b', ['loses · drops 2 tables · eng.a · eng.b']],
	['drop table if exists eng."A.b"', ['loses · drops 1 table · eng."A.b"']],
	['drop schema eng', []],
	['drop schema eng cascade', ['loses · drops 1 schema with everything that depends on it (CASCADE) · eng']],
	['drop view eng.v', []],
	['drop view eng.v cascade', ['loses · drops 1 view with everything that depends on it (CASCADE) · eng.v']],
	['drop materialized view eng.m', ['loses · drops 1 materialized view · eng.m']],
	['drop owned by r', ['loses · drops everything that 1 role owns · r']],
	[
		'alter table eng.a drop column x, drop y cascade',
		['loses · drops 1 column with everything that depends on it (CASCADE) · eng.a.y', 'loses · drops 1 column · eng.a.x'],
	],
	['alter table eng.a drop constraint k', []],
	['alter table eng.a drop constraint k cascade', ['loses · drops 1 constraint with everything that depends on it (CASCADE) · k on eng.a']],
	['alter table eng.a alter x type bigint', []],
	['alter table eng.a alter x type varchar(5)', ['loses · changes the type of 1 column, which can cut or round values · eng.a.x']],
	['alter table eng.a alter x type bigint using 0', ['loses · changes the type of 1 column, which can cut or round values · eng.a.x']],
	['alter table eng.a set unlogged', ['loses · makes 1 table unlogged: a crash of the server empties it · eng.a']],
	['truncate eng.a; truncate table only eng.a', ['loses · truncates 1 table · eng.a']],
	['truncate eng.a, eng.b cascade', ['loses · truncates 2 tables and every table that refers to them (CASCADE) · eng.a · eng.b']],
	['delete from eng.a', ['loses · deletes every row of 1 table · eng.a']],
	['delete from eng.a where x', []],
	['delete from eng.a where true', ['loses · deletes every row of 1 table · eng.a']],
	['delete from eng.a where x = 1 or 1 = 1', ['loses · deletes every row of 1 table · eng.a']],
	['update eng.a set x = 1', ['loses · overwrites every row of 1 table · eng.a']],
	['update eng.a set x = 1 where y = 1', []],
	['with d as (delete from eng.a returning *) select * from d', ['loses · deletes every row of 1 table · eng.a']],
	['with d as (update eng.a set x = 1 returning *) insert into eng.b select * from d', ['loses · overwrites every row of 1 table · eng.a']],
	['merge into eng.a using eng.b on true when matched then delete', ['loses · deletes rows of 1 table by MERGE · eng.a']],
	['grant select on eng.a to r', []],
	['grant select on eng.a to r, public', ['opens · gives privileges on 1 table to everybody (PUBLIC) · eng.a']],
	['grant all on all tables in schema eng to public', ['opens · gives privileges on every table of 1 schema to everybody (PUBLIC) · eng']],
	['revoke all on eng.a from public', []],
	['alter default privileges grant select on tables to public', ['opens · gives privileges on tables made later to everybody (PUBLIC)']],
	['alter table eng.a disable row level security', ['opens · switches row-level security off for 1 table · eng.a']],
	["do $$begin execute 'drop table eng.a'; end$$", ['loses · runs 1 DO block whose text says DROP, TRUNCATE or DELETE']],
	['do $$begin null; end$$', ['hides · runs 1 DO block']],
	['call eng.p()', ['hides · calls 1 procedure · eng.p']],
	['select eng.purge(), now()', ['hides · calls 1 function · eng.purge']],
	['insert into eng.a select eng.purge()', ['hides · calls 1 function · eng.purge']],
	["select setval('eng.s', 1)", []],
	['create function f() returns void language sql begin atomic delete from eng.a; end', []],
	['drop table eng.a frobnicate; ', ['loses · runs 1 statement that cannot be read here and says DROP, TRUNCATE or DELETE']],
	['create widget w', ['hides · runs 1 statement that cannot be read here']],
	['create table eng.a (x int)', []],
])('says what can lose data, open it or hide it: %s', async (sql, said) => {
	expect((await harmsIn(sql)).lines).toEqual(said);
});

test.each<[sql: string, isLost: boolean]>([
	['create table eng.a (); drop table eng.a', false],
	['create temp table t (); delete from t', false],
	['create schema s; create table s.a (); drop schema s cascade', false],
	['create table if not exists eng.a (); drop table eng.a', true],
	['create table eng.a (); drop table eng.a; drop table eng.a', true],
	['create table eng.a (); alter table eng.a rename to b; alter table eng.old rename to a; drop table eng.a', true],
	['create table eng.a (); alter table eng.old set schema x; alter table eng.a set schema y; delete from eng.a', true],
	['create table a (); set search_path = other; truncate a', true],
	['create table eng (); drop schema eng cascade', true],
	['create table eng."a" (); truncate eng."A"', true],
	['create table eng.a (); do $$begin null;end$$; truncate eng.a', true],
])('nothing is lost in what the bundle has made itself, and only there: %s', async (sql, isLost) => {
	const { summary } = await harmsIn(...sql.split('; ').map((one) => `${one};`));
	expect(summary.level === 'loses').toBe(isLost);
});

test('the sentence beside the button names the worst first and leaves nothing out', async () => {
	const worst = await harmsIn('truncate eng.t; drop table eng.a, eng.b; grant select on eng.c to public; drop view eng.v cascade;');
	expect(worst.summary).toEqual({
		level: 'loses',
		words:
			'This change can lose data: drops 1 view with everything that depends on it (CASCADE), drops 2 tables, truncates 1 table. It also gives privileges on 1 table to everybody (PUBLIC).',
	});
	expect((await harmsIn('do $$begin null; end$$')).summary.words).toBe(
		'The SQL does not tell all that this change does: it runs 1 DO block.',
	);
	expect((await harmsIn('create table eng.a ()')).summary.level).toBe('none');
});

test('says of every relation that was there before how its readers and writers are held up', async () => {
	const { touched } = await planInWords([
		{
			path: 'a.sql',
			bytes: Buffer.from(`create table eng.new (id int references eng.old); create index on eng.new (id); update eng.rows set x = 1 where y;
				create index on eng.rows (x); alter table eng.heavy add x int; alter table eng.heavy add constraint k foreign key (x) references eng.far;
				drop function eng.f(); lock table eng.held in share mode;`),
		},
	]);
	expect(touched.map(({ name, lock, statements }) => [name, lock, statements])).toEqual([
		['eng.heavy', 'Blocks reads and writes until COMMIT', 2],
		['eng.old', 'Blocks writes until COMMIT', 1],
		['eng.rows', 'Blocks writes until COMMIT', 2],
		['eng.far', 'Blocks writes until COMMIT', 1],
		['eng.held', 'Blocks writes until COMMIT', 1],
	]);
});
