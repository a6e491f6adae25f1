import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Target } from '#lib/domain/target/target.ts';
import { readNames } from '#lib/postgres/catalog/read-names.ts';
import { askGrammar } from '#lib/postgres/connection/ask-grammar.ts';
import { closeTarget, connectTarget, type TargetClient } from '#lib/postgres/connection/connect.ts';
import { reviewAsWritten } from '#lib/review/review-as-written.ts';
import { bundleOf, tryToFile } from '#tests/support/change.ts';
import { openTestConsole, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let console_: TestConsole;
let place: TestTarget;
let client: TargetClient;
beforeAll(async () => {
	[console_, place] = await Promise.all([openTestConsole(), openTestTarget()]);
	client = await connectTarget({ target: place.define(), login: 'backup' });
});
afterAll(async () => {
	await closeTarget(client);
	await Promise.all([console_.close(), place.close()]);
});

const file = (sql: string) => tryToFile({ console: console_, target: place.define() }, bundleOf({ files: { 'a.sql': sql } }));

test('the target reads a statement without running it, whatever it refers to', async () => {
	expect(await askGrammar(client, 'create table never_made (a int)')).toBeNull();
	expect(await askGrammar(client, 'insert into nowhere values (1) -- end')).toBeNull();
	expect(await askGrammar(client, 'selec 1')).toMatchObject({ message: 'syntax error at or near "selec"', position: 1 });
	expect(await askGrammar(client, "select 'é")).toMatchObject({ position: 8 });
	expect((await client.query("select to_regclass('public.never_made') as made")).rows).toEqual([{ made: null }]);
});

test('accepts what the version of the target has, and tells its own error for what it has not', async () => {
	const { rows } = await client.query<{ version: number }>("select current_setting('server_version_num')::int / 10000 as version");
	const version = rows[0]?.version ?? 0;
	// system_user is a keyword from 16 on.
	const filed = await file('create table audit_event (id int, system_user text);');
	expect(filed.ok).toBe(version < 16);
	const refused = await file('select 1;\nselect * frm t x y;');
	expect(refused).toMatchObject({ refusal: { findings: [{ code: 'syntax_error', line: 2, column: 10 }] } });
	if (!refused.ok) expect(refused.refusal.findings[0]?.message).toContain(`(PostgreSQL ${version})`);
});

test('what only the target can read gets round no rule', async () => {
	const { rows } = await client.query<{ version: number }>("select current_setting('server_version_num')::int / 10000 as version");
	if ((rows[0]?.version ?? 0) >= 16) return;
	for (const sql of [
		"create table t (system_user text default set_config('lock_timeout', '0', false))",
		'create index concurrently system_user on t (a)',
		'copy t (system_user) from stdin',
		"explain analyze update t set system_user = 'x'",
	]) {
		expect(await file(`${sql};`)).toMatchObject({ refusal: { findings: [{ code: 'unread_statement', line: 1 }] } });
	}
});

test('what came with a newer version than the target’s is found when filed, each at its place, with what else is wrong', async () => {
	const { rows } = await client.query<{ version: number }>("select current_setting('server_version_num')::int / 10000 as version");
	const version = rows[0]?.version ?? 0;
	const newer: [string, number][] = [
		['merge into t using s on t.id = s.id when matched then do nothing returning t.id', 17],
		["select * from json_table('[1]'::jsonb, '$[*]' columns (id int path '$'))", 17],
		['create table v (a int, b int generated always as (a * 2) virtual)', 18],
	];
	const plain = Array.from({ length: 200 }, (_, i) => `insert into t values (${i}, 'é'); -- é`);
	const all = [...plain, ...newer.map(([sql]) => `${sql};`), ...plain];
	const filed = await file(all.join('\n'));
	const refused = newer.filter(([, since]) => since > version);
	expect(filed.ok).toBe(refused.length === 0);
	const lines = newer.flatMap(([, since], i) => (since > version ? [plain.length + i + 1] : []));
	if (!filed.ok) {
		expect(filed.refusal.findings.map(({ line }) => line)).toEqual(lines);
		for (const { message, code } of filed.refusal.findings)
			expect([code, message]).toEqual(['syntax_error', expect.stringContaining(`(PostgreSQL ${version})`)]);
	}
});

test('checks of the manifest are asked about too', async () => {
	const { rows } = await client.query<{ version: number }>("select current_setting('server_version_num')::int / 10000 as version");
	if ((rows[0]?.version ?? 0) >= 17) return;
	const sql = "select count(*) from json_table('[1]'::jsonb, '$[*]' columns (id int path '$'))";
	const manifest = { verifications: [{ name: 'As a table', sql, expect: { value: 1 } }] };
	const filed = await tryToFile({ console: console_, target: place.define() }, bundleOf({ files: { 'a.sql': 'select 1;' }, manifest }));
	expect(filed).toMatchObject({
		refusal: { findings: [{ code: 'check_query', message: expect.stringMatching(/^As a table: syntax error/) }] },
	});
});

describe('while a bundle is still written', () => {
	const review = (target: Target, sql: string, signal = new AbortController().signal) =>
		reviewAsWritten({ target, files: [{ path: 'a.sql', bytes: Buffer.from(sql) }], secondsPerGb: null, signal });

	test('its target’s catalog is asked as when it is filed, and deployers may ask more of it', async () => {
		await place.sql('create table eng.used (id int, note text); create view eng.uses as select id from eng.used');
		const { findings, whyNot } = await review(place.define(), 'drop table eng.used cascade;');
		expect(whyNot).toBeNull();
		expect(findings.map(({ code }) => code)).toEqual(expect.arrayContaining(['drops_used']));
		const strict = place.define((definition) => Object.assign(definition, { severities: { drops_used: 'blocks' } }));
		const raised = await review(strict, 'drop table eng.used cascade; -- the same is not asked twice');
		expect(raised.findings.find(({ code }) => code === 'drops_used')).toMatchObject({ severity: 'blocks' });
	});

	test('a target that does not answer is told, what needs no answer is kept, and no doubt is told', async () => {
		const known = place.define();
		const gone = { ...known, name: 'gone', connection: { ...known.connection, port: 1 } };
		const sql = 'drop table eng.used cascade;\nalter table eng.used rename column note to remark;';
		const { findings, whyNot } = await review(gone, sql);
		expect(whyNot).toMatch(/ECONNREFUSED|refused/);
		expect(findings.map(({ code }) => code)).toEqual(['squawk_renaming_column']);
	});

	test('a newer text ends it before the target is asked', async () => {
		await expect(review(place.define(), 'drop table eng.used;', AbortSignal.abort(new Error('newer')))).rejects.toThrow();
	});

	test('tables, columns and functions are known by name, and nothing that PostgreSQL brings', async () => {
		await place.sql(`create table eng."Odd name" (id int, gone int); alter table eng."Odd name" drop gone;
			create schema only_functions; create function only_functions.f() returns int language sql return 1`);
		const { relations, schemas } = await readNames(place.define(), { timeoutMs: 5_000 });
		expect(relations).toContain('eng."Odd name"');
		expect(schemas.find(({ schema }) => schema === 'eng')?.relations).toContainEqual({ name: 'Odd name', columns: ['id'] });
		expect(schemas).toContainEqual({ schema: 'only_functions', relations: [], functions: ['f'] });
		expect(schemas.map(({ schema }) => schema)).not.toContain('pg_catalog');
	});
});
