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
