import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkBundle } from '#lib/bundle/check-bundle.ts';
import { defaultManifest } from '#lib/bundle/default-manifest.ts';
import type { TargetGrammar } from '#lib/bundle/rules/unread-statement.ts';
import { withTargetGrammar } from '#lib/targets/target-grammar.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let place: TestTarget;
beforeAll(async () => {
	place = await openTestTarget();
	await place.sql(`create schema en; set search_path = en;
		create type mood as enum ('old'); create domain d_mood as mood; create type pair as (m mood, n int); create type plain as (w text, n int);
		create domain d_many as mood[]; create type moods as range (subtype = mood);
		create table t (id int, m mood, word text, list mood[], p pair, q plain, d d_mood, words text[], r moods, c varchar(9));
		create table other (id int, m text, kind mood);
		create table by_mood (m mood) partition by list (m); create table by_word (w text) partition by list (w);
		create view v as select id, m, word from t; insert into t (id, m, word) values (1, 'old', 'x');
		create function takes(mood, text) returns text language sql as $$ select $2 $$;
		create function takes_many(variadic d_mood[]) returns int language sql as 'select 1';
		create function says(text) returns text language sql as 'select $1'`);
});
afterAll(() => place?.close());

type Session = Awaited<ReturnType<TestTarget['session']>>;
const ADD = "alter type mood add value 'new';\n";

/** Whether PostgreSQL refuses it in the transaction that adds the value. Nothing stays. */
async function isUnsafe(session: Session, sql: string): Promise<boolean> {
	await session.query(`begin; set local search_path = en, public; ${ADD}`);
	const failed = await session.query(sql).then(
		() => null,
		(error: { code: string }) => error,
	);
	await session.query('rollback');
	if (failed && failed.code !== '55P04') throw failed;
	return failed !== null;
}

async function messagesOf(grammar: TargetGrammar, sql: string): Promise<string[]> {
	const files = [{ path: 'a.sql', bytes: Buffer.from(ADD + sql) }];
	const { findings } = await checkBundle({ files, manifest: defaultManifest(['a.sql']), grammar });
	return findings.map(({ code, message }) => `${code}: ${message}`);
}

const STATEMENTS = [
	"insert into t (id, m) values (2, 'new')",
	"insert into t values (2, 'new')",
	"insert into t (word) values ('new')",
	"insert into t (id, word, c) select 1, 'new', 'new' union all select 2, 'new', 'new'",
	"insert into t (m) select case when id = 1 then 'new' end::mood from t",
	"insert into t (d) values ('new')",
	"insert into t (list) values ('{old,new}')",
	"insert into t (words) values ('{new}')",
	"insert into t (list) values (array['new']::mood[])",
	"insert into t (p) values ('(new,1)')",
	"insert into t (q) values ('(new,1)')",
	"insert into t (r) values ('[new,new]')",
	"insert into v (m) values ('new')",
	"insert into v (word) values ('new')",
	"insert into t (id, m) values (2, 'old') on conflict do nothing",
	"update t set word = 'new' where id = 1",
	"update t set m = 'new' where id = 1",
	"update t set id = 1 where m = 'new'",
	"update t set id = 1 where word in ('x', 'new')",
	"update t set m = x.m::mood from (values (1, 'new')) x (id, m) where t.id = x.id",
	"update t set word = x.m from (values (1, 'new')) x (id, m) where t.id = x.id",
	"update other set m = 'new'",
	"delete from t where coalesce(m, 'new') = 'old'",
	"delete from t where word like 'new' or word || 'new' = 'x' or 'new' < word",
	"delete from t using other where other.m = 'new'",
	"delete from t where m = any ('{old,new}')",
	"merge into t using other o on t.id = o.id when matched then update set m = 'new'",
	"merge into t using other o on t.id = o.id when not matched then insert (id, word) values (1, 'new')",
	"alter table t alter column m set default 'new'",
	"alter table t alter column word set default 'new'",
	"alter table t add check (m <> 'new')",
	"alter table t add check (word <> 'new')",
	"alter table t add column m2 d_mood default 'new'",
	"create domain over as d_mood check (value::mood <> 'new')",
	"create table by_word_1 partition of by_word for values in ('new')",
	"create table by_mood_1 partition of by_mood for values in ('new')",
	"create index on t (id) where m = 'new'",
	"create index on t (id) where word = 'new'",
	"create view w as select case m when 'new' then 1 end from t",
	"create policy p on t using (m = 'new')",
	"create function f(m mood default 'new') returns int language sql as 'select 1'",
	"create function f(m text default 'new') returns int language sql as 'select 1'",
	"select takes('new', 'x')",
	"select says('new'), format('%s', 'new'), jsonb_build_object('new', 1), length('new')",
	"select takes_many('old', 'new')",
	"create table made (w text, m mood); insert into made (w) values ('new')",
	"create table made (w text, m mood); insert into made values ('x', 'new')",
	"create domain d2 as d_mood; create table made (d d2); insert into made values ('new')",
	"create function g(d_mood) returns int language sql as 'select 1'; select g('new')",
	"select 'new' as word, (select 'new')",
];

test('what PostgreSQL refuses of a new enum value is found when it is filed, and nothing else', async () => {
	const session = await place.session();
	const found: string[] = [];
	const unsafe: string[] = [];
	await withTargetGrammar(place.define(), async (grammar) => {
		for (const sql of STATEMENTS) {
			if ((await messagesOf(grammar, sql)).length > 0) found.push(sql);
			if (await isUnsafe(session, sql)) unsafe.push(sql);
		}
	});
	await session.end();
	expect(found).toEqual(unsafe);
	expect(unsafe.length).toBeLessThan(STATEMENTS.length - 15);
});

test('a use that is sure is told as one, another as possible', async () => {
	await withTargetGrammar(place.define(), async (grammar) => {
		expect(await messagesOf(grammar, "update en.t set m = 'new'")).toEqual([expect.stringContaining('by this change: PostgreSQL')]);
		expect(await messagesOf(grammar, "update nowhere set m = 'new'")).toEqual([expect.stringContaining('and this may use it')]);
	});
});
