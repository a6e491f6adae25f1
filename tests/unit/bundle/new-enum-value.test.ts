import { expect, test } from 'vitest';
import { checked, placesIn } from './bundle-of.ts';

const ADD = "alter type public.mood add value if not exists 'new';";

test.each([
	"insert into t values ('new')",
	"update t set m = 'new'",
	"alter table t alter column m set default 'new'",
	"alter table t add column m mood default 'new'::mood",
	"alter table t add column m public.mood default 'new'",
	"create table n (word text default 'new', m mood default 'new')",
	"create table n (word text default 'new'::mood::text)",
	"alter table t add check (m <> 'new')",
	"create index on t (id) where m = 'new'",
	"create view v as select 'new'::public.mood",
	"create table p partition of t for values in ('new')",
	"create policy p on t using (m = 'new')",
	"select 'new'::public.mood",
	"select coalesce(m, 'new')::text from t",
	"create table n as select (m = 'new')::text as word from t",
])('finds a new value of an enum used in the same change: %s', async (sql) => {
	expect(await placesIn(`${ADD}\n${sql};`)).toEqual(['new_enum_value 2:1']);
	const { findings } = await checked({ '1.sql': ADD, '2.sql': sql });
	expect(findings).toMatchObject([{ code: 'new_enum_value', file: '2.sql', instead: expect.stringContaining('earlier change') }]);
});

test.each([
	"create function f() returns void language sql as $$ insert into t values ('new') $$",
	"create function f() returns mood language sql as $$ select 'new'::mood $$",
	"comment on type mood is 'new'",
	"insert into t values ('new'::text)",
	"insert into t values ('newer')",
	"create table n (word text default 'new', check (id > 0), id int)",
	"create table n (word varchar(10) not null default 'new' check (word <> 'new'))",
	"alter table t add column word text default 'new'",
	"create domain word as text default 'new' check (value <> 'new')",
	"alter type mood add value 'newest' after 'new'",
	"alter type mood rename value 'old' to 'older'",
])('has nothing against what does not use it: %s', async (sql) => {
	expect(await placesIn(`${ADD}\n${sql};`)).toEqual([]);
});

test('has nothing against a type that is new itself, nor against a use before', async () => {
	expect(await placesIn(`create type mood as enum ('a');\n${ADD}\ninsert into t values ('new');`)).toEqual([]);
	expect(await placesIn(`insert into t values ('new');\n${ADD}`)).toEqual([]);
	expect(await placesIn("alter type mood rename value 'old' to 'new';\ninsert into t values ('new');")).toEqual([]);
});
