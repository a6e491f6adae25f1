import { afterAll, beforeAll, expect, test } from 'vitest';
import { askGrammar } from '#lib/postgres/connection/ask-grammar.ts';
import { closeTarget, connectTarget, type TargetClient } from '#lib/postgres/connection/connect.ts';
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
