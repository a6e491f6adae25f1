import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BundleInput, runBundle, type Setting } from '#tests/support/change.ts';
import { openTestConsole, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

const MANY = 3_000;

let console_: TestConsole;
let place: TestTarget;
let setting: Setting;
beforeAll(async () => {
	console_ = await openTestConsole();
	place = await openTestTarget();
	setting = { console: console_, target: place.define() };
});
afterAll(async () => {
	await console_?.close();
	await place?.close();
});

const run = (files: BundleInput['files']) => runBundle(setting, { files });
const told = (runId: string, phase: string) =>
	console_.sql<Record<string, string>>(
		`select data->>'index' as index, data->>'line' as line, data->>'rows' as rows, data->>'ms' as ms, data->>'message' as message
		 from journal_entry where run_id = $1 and step = 'transaction' and phase = $2 order by seq`,
		[runId, phase],
	);

test('thousands of statements are each told once, in order, with their rows and how long they took', async () => {
	const inserts = Array.from({ length: MANY }, (_, i) => `insert into eng.many select generate_series(1, ${i % 3});`);
	const ended = await run({ '1.sql': ['create table eng.many (id int);', ...inserts, 'select pg_sleep(0.2);'].join('\n') });
	expect(ended.failure).toBeNull();
	const done = await told(ended.runId, 'statement done');
	expect(done.map(({ index }) => Number(index))).toEqual(Array.from({ length: MANY + 2 }, (_, i) => i + 1));
	expect(done.slice(1, 5).map(({ rows }) => rows)).toEqual(['0', '1', '2', '0']);
	expect(Number(done.at(-1)?.ms)).toBeGreaterThan(100);
});

test('a NOTICE has the place of its statement, however many are on their way', async () => {
	const drops = Array.from({ length: 200 }, (_, i) =>
		i % 50 === 7 ? `drop table if exists eng.absent_${i};` : 'comment on schema eng is null;',
	);
	const ended = await run({ '1.sql': drops.join('\n') });
	expect((await told(ended.runId, 'notice')).map(({ line, message }) => [line, message])).toEqual(
		[7, 57, 107, 157].map((i) => [String(i + 1), `table "absent_${i}" does not exist, skipping`]),
	);
});

test('of many statements, the one that fails is told, and none behind it', async () => {
	const inserts = Array.from({ length: 200 }, (_, i) => `insert into eng.teams (id) values (${i === 99 ? "'no number'" : -1 - i});`);
	const ended = await run({ '1.sql': ['alter table eng.teams disable trigger all;', ...inserts].join('\n') });
	expect(ended).toMatchObject({ status: 'rolled_back', failure: { code: 'sql_error' } });
	const done = await told(ended.runId, 'statement done');
	expect(done).toHaveLength(Number(ended.failure?.line) - 1);
});

test('a trigger that changes the session is caught among those that run with it, before anything else is done', async () => {
	const ended = await run({
		'1.sql': `create table eng.sly (id int);
			create function eng.changes() returns trigger language plpgsql as
				$$ begin perform set_config('lock_' || 'timeout', '0', true); return new; end $$;
			create trigger changes before insert on eng.sly for each row execute function eng.changes();
			${'insert into eng.sly values (1);\n'.repeat(5)}`,
	});
	expect(ended).toMatchObject({
		status: 'rolled_back',
		failure: {
			code: 'session_changed',
			message: expect.stringMatching(/^One of the \d+ statements up to this one changed lock_timeout from .* to 0\.$/),
			file: '1.sql',
		},
	});
});
