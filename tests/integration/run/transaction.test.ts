import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
	approvedChange,
	type BundleInput,
	execute,
	executeToEnd,
	expectOk,
	readRun,
	runBundle,
	runToEnd,
	type Setting,
} from '#tests/support/change.ts';
import { expectNothingChanged, type Look, lookAt } from '#tests/support/nothing-changed.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { until } from '#tests/support/sql.ts';
import { openTestConsole, readRecord, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let console_: TestConsole;
let place: TestTarget;
let setting: Setting;
let before: Look;

beforeAll(async () => {
	console_ = await openTestConsole();
	place = await openTestTarget();
	setting = { console: console_, target: place.define() };
	before = await lookAt(place);
});
afterAll(async () => {
	await console_?.close();
	await place?.close();
});

const FIRST = 'create table eng.made_first (id int primary key);\n';

async function expectRolledBack(bundle: BundleInput, failure: Record<string, unknown>) {
	const run = await runBundle(setting, bundle);
	expect(run.failure).toMatchObject(failure);
	await expectNothingChanged({ console: console_, place, before }, run);
	return run;
}

describe('a statement that fails', () => {
	test('in the second of three files is shown with its place, a caret and the SQLSTATE, and takes the first file with it', async () => {
		const run = await expectRolledBack(
			{
				files: {
					'1.sql': FIRST,
					'2.sql':
						'-- The second file\ninsert into eng.made_first values (1);\n\n  insert into eng.made_first\n    select idd from eng.teams;\n',
					'3.sql': 'create table eng.made_third ();',
				},
			},
			{ code: 'sql_error', sqlstate: '42703', file: '2.sql', line: 5, column: 12, hint: expect.stringContaining('id') },
		);
		expect(run.failure?.caret).toBe('    select idd from eng.teams\n           ^');
		expect(run.failure?.sqlstateMeaning).toBeTruthy();
		const sent = await console_.sql(
			`select distinct data->'index' as index, data->>'file' as file from journal_entry where run_id = $1 and phase like 'statement %' order by 1`,
			[run.runId],
		);
		expect(sent.map(({ file }) => file)).toEqual(['1.sql', '2.sql', '2.sql']);
	});

	test('leaves a change that can be executed again, as a second run', async () => {
		const change = await approvedChange(setting, { files: { '1.sql': 'select 1 / (select count(*) from eng.teams where id = 4711)' } });
		const first = await executeToEnd(setting, change);
		expect(first.failure).toMatchObject({ sqlstate: '22012' });
		const second = expectOk(await execute(setting, change));
		expect(second.number).toBe(2);
		await runToEnd(setting, second.runId);
		await expectNothingChanged({ console: console_, place, before }, second);
		const markers = await place.sql('select tombstone from countersign.marker where run_id in ($1, $2)', [first.runId, second.runId]);
		expect(markers).toEqual([{ tombstone: 't' }, { tombstone: 't' }]);
	});
});

describe('a limit', () => {
	test('lock_timeout ends a wait for somebody who holds a table', async () => {
		const change = await approvedChange(setting, {
			files: { '1.sql': FIRST, '2.sql': 'select pg_advisory_xact_lock(4711)', '3.sql': 'alter table eng.teams add column motto text' },
			manifest: { timeouts: { lock: '2s' } },
		});
		const pause = await pauseAt(console_, { step: 'trial', phase: 'passed' });
		const { runId } = expectOk(await execute(setting, change));
		const ending = runToEnd(setting, runId);
		await pause.reached();
		const gate = await place.session();
		await gate.query('select pg_advisory_lock(4711)');
		await pause.release();
		// Only now: before BEGIN the run would wait for a session that is in a transaction.
		await until('the run at the gate', async () => {
			const [row] = await place.sql(`select count(*) as n from pg_locks where locktype = 'advisory' and objid = 4711 and not granted`);
			return row?.n === '1';
		});
		const other = await place.session();
		await other.query('begin; lock table eng.teams in access share mode');
		await gate.end();
		const run = await ending;
		await other.end();
		expect(run.failure).toMatchObject({ code: 'sql_error', sqlstate: '55P03', file: '3.sql', line: 1 });
		await expectNothingChanged({ console: console_, place, before }, run);
	});

	test('statement_timeout ends a statement that takes too long', async () => {
		await expectRolledBack(
			{ files: { '1.sql': FIRST, '2.sql': 'select pg_sleep(30)' }, manifest: { timeouts: { statement: '300ms' } } },
			{ code: 'sql_error', sqlstate: '57014', file: '2.sql' },
		);
	});

	test('holds for a statement that hides its own timeout too: it has changed the session', async () => {
		const hidden = `do $$ begin perform set_config('statement_' || 'timeout', '0', true); end $$;\n`;
		await expectRolledBack(
			{ files: { '1.sql': FIRST + hidden }, manifest: { timeouts: { statement: '300ms' } } },
			{ code: 'session_changed' },
		);
	});
});

describe('a statement that breaks out', () => {
	test.each([
		['COMMIT in a DO block', 'do $$ begin commit; end $$', { code: 'sql_error', sqlstate: '2D000' }],
		['ROLLBACK in a DO block', 'do $$ begin rollback; end $$', { code: 'sql_error', sqlstate: '2D000' }],
		[
			'COMMIT in a procedure that it calls',
			'create procedure eng.breaks_out() language plpgsql as $$ begin commit; end $$;\ncall eng.breaks_out()',
			{ code: 'sql_error', sqlstate: '2D000' },
		],
		[
			'a lock_timeout set by a name that only comes together when it runs',
			`do $$ begin perform set_config('lock_' || 'timeout', '0', true); end $$`,
			{ code: 'session_changed', message: expect.stringContaining('lock_timeout') },
		],
		[
			'the role set by a name that only comes together when it runs',
			`do $$ begin perform set_config('ro' || 'le', 'none', true); end $$`,
			{ code: 'session_changed', message: expect.stringContaining('role') },
		],
		[
			'a transaction made read-only in the same way',
			`do $$ begin perform set_config('transaction_' || 'read_only', 'on', true); end $$`,
			{ code: 'session_changed', message: expect.stringContaining('transaction_read_only') },
		],
	])('%s is caught at that statement, and nothing stays', async (_what, sql, failure) => {
		await expectRolledBack({ files: { '1.sql': FIRST, '2.sql': sql } }, { ...failure, file: '2.sql' });
	});
});

describe('what is checked before COMMIT', () => {
	test('a deferred constraint that does not hold ends it', async () => {
		const files = {
			'1.sql': `${FIRST}create table eng.made_second (first int references eng.made_first deferrable initially deferred);
				insert into eng.made_second values (4711)`,
		};
		const run = await expectRolledBack({ files }, {});
		expect(JSON.stringify(run.failure)).toContain('made_second');
	});

	test('a verification that finds something else ends it', async () => {
		await expectRolledBack(
			{
				files: { '1.sql': FIRST },
				manifest: { verifications: [{ name: 'It has rows', sql: 'select count(*) from eng.made_first', expect: { value: 1 } }] },
			},
			{ code: 'verification_failed', message: expect.stringContaining('expected the value 1, got the value "0"') },
		);
	});

	test('a smoke test as the application that finds something else ends it', async () => {
		await expectRolledBack(
			{
				files: { '1.sql': FIRST },
				manifest: { smokeTests: [{ name: 'Readable', role: 'vh_reader', sql: 'select * from eng.made_first', expect: { rows: 0 } }] },
			},
			{ code: 'smoke_test_failed', message: expect.stringContaining('42501') },
		);
	});

	test.each([
		['verification', { verifications: [{ name: 'Writes', sql: 'select eng.writes()', expect: { value: 1 } }] }, 'verification_failed'],
		[
			'smoke test',
			{ smokeTests: [{ name: 'Writes', role: 'ehg_app', sql: 'select eng.writes()', expect: { value: 1 } }] },
			'smoke_test_failed',
		],
	])('a %s may try to write, and its row does not stay', async (_what, manifest, code) => {
		const files = {
			'1.sql': `create function eng.writes() returns int language sql security definer as
				$$ insert into eng.teams (name, mandate) values ('Written', 'by a check') returning 1 $$;`,
		};
		const seen = { name: 'nothing stayed', sql: "select count(*) from eng.teams where name = 'Written'" };
		// The last check is wrong on purpose: what the one before wrote would show in what it got, and the bundle goes with it.
		const last = { ...seen, expect: { value: 99 }, role: 'ehg_app' };
		const checks = code === 'verification_failed' ? 'verifications' : 'smokeTests';
		const { role, ...verification } = last;
		const all = [...((manifest as Record<string, unknown[]>)[checks] as unknown[]), checks === 'verifications' ? verification : last];
		await expectRolledBack(
			{ files, manifest: { [checks]: all } as never },
			{ code, message: expect.stringContaining('got the value "0"') },
		);
	});

	test('a change-log table that is missing ends it', async () => {
		const target = place.define((d) => {
			d.changeLogTable = 'audit.no_such_log';
		});
		const run = await runBundle(
			{ console: console_, target },
			{ files: { '1.sql': FIRST }, manifest: { changeLog: { tableName: 'eng', operation: 'TEST' } } },
		);
		expect(run.failure).toMatchObject({ code: 'change_log_failed', sqlstate: '42P01' });
		await expectNothingChanged({ console: console_, place, before }, run);
	});

	test('a window that closes during the transaction ends it: cancelled before COMMIT', async () => {
		const interval = { from: new Date(Date.now() - 60_000).toISOString(), to: new Date(Date.now() + 3_600_000).toISOString() };
		const target = place.define((d) => {
			d.window = { once: [interval] };
		});
		const there = { console: console_, target };
		const change = await approvedChange(there, { files: { '1.sql': FIRST, '2.sql': WAITS } });
		const gatekeeper = await holdGate();
		const { runId } = expectOk(await execute(there, change));
		const ending = runToEnd(there, runId);
		await gatekeeper.reached();
		// The run asks the definition that it was given: its window ends now, while a statement is running.
		target.window.once = [{ ...interval, to: new Date().toISOString() }];
		await gatekeeper.open();
		const run = await ending;
		expect(run.failure).toMatchObject({ code: 'outside_window' });
		await expectNothingChanged({ console: console_, place, before }, run);
	});
});

/** A statement that waits at a gate which a test holds: a moment inside the transaction, without a sleep. */
const WAITS = 'select pg_advisory_xact_lock(8088)';

async function holdGate() {
	const holder = await place.session();
	await holder.query('select pg_advisory_lock(8088)');
	return {
		reached: async () => {
			const { pid } = await until('the run at the gate', async () => (await waiters())[0]);
			return Number(pid);
		},
		open: () => holder.end(),
	};
}

function waiters() {
	return place.sql<{ pid: string }>(
		`select pid from pg_locks where locktype = 'advisory' and objid = 8088 and not granted
		 and database = (select oid from pg_database where datname = current_database())`,
	);
}

describe('what happens meanwhile', () => {
	let change: Awaited<ReturnType<typeof approvedChange>>;
	let gate: Awaited<ReturnType<typeof holdGate>>;
	let runId: string;
	let ending: Promise<unknown>;

	beforeEach(async () => {
		change = await approvedChange(setting, { files: { '1.sql': FIRST, '2.sql': WAITS } });
		// A gate held before the backup would be a session that the quiescence gate waits for.
		const pause = await pauseAt(console_, { step: 'trial', phase: 'passed' });
		({ runId } = expectOk(await execute(setting, change)));
		ending = runToEnd(setting, runId).catch((error: Error) => error);
		await pause.reached();
		gate = await holdGate();
		await pause.release();
	});

	test('a backend that is terminated in the middle of a statement: rolled back, no restore', async () => {
		const pid = await gate.reached();
		await place.sql('select pg_terminate_backend($1)', [pid]);
		await ending;
		await gate.open();
		const run = await readRun(console_, runId);
		expect(run.failure).toMatchObject({ file: '2.sql', sqlstate: '57P01' });
		await expectNothingChanged({ console: console_, place, before }, run);
		expect((await readRecord(console_)).filter((e) => e.subject.runId === runId && e.kind.startsWith('restore.'))).toEqual([]);
	});

	test('an owner that lost the run commits nothing and writes nothing more', async () => {
		await gate.reached();
		const journalled = async () => Number((await console_.sql('select count(*) as n from journal_entry where run_id = $1', [runId]))[0]?.n);
		await console_.sql('update run set fence = fence + 1 where id = $1', [runId]);
		const rowsBefore = await journalled();
		await gate.open();
		await ending;
		expect(await lookAt(place)).toEqual(before);
		expect(await place.sql('select 1 from countersign.marker where run_id = $1', [runId])).toEqual([]);
		expect(await journalled()).toBe(rowsBefore);
		expect(await readRun(console_, runId)).toMatchObject({ status: 'running', truth: { kind: 'nothing_committed' } });
		expect(await place.sql(`select application_name from pg_stat_activity where application_name like '%' || $1`, [runId])).toEqual([]);
		// The tests that follow need the target free: this is what a reconciler would do.
		await console_.sql(`update run set status = 'rolled_back' where id = $1`, [runId]);
	});
});

test('the lock key is the one that is documented, so that another console finds it taken', async () => {
	const [identity] = await place.sql<{ id: string; oid: string }>(
		'select system_identifier as id, (select oid from pg_database where datname = current_database()) as oid from pg_control_system()',
	);
	const digest = createHash('sha256').update(`countersign/run-lock/v1:${identity?.id}:${identity?.oid}`).digest();
	const pause = await pauseAt(console_, { step: 'window', phase: 'passed' });
	const change = await approvedChange(setting, { files: { '1.sql': 'select 1 / (select count(*) from eng.teams where id = 4711)' } });
	const { runId } = expectOk(await execute(setting, change));
	const ending = runToEnd(setting, runId);
	await pause.reached();
	const [seen] = await place.sql(
		`select count(*) as n from pg_locks where locktype = 'advisory' and granted and classid = $1 and objid = $2
		 and database = (select oid from pg_database where datname = 'postgres')`,
		[digest.readUInt32BE(0), digest.readUInt32BE(4)],
	);
	await pause.release();
	await ending;
	expect(seen).toEqual({ n: '1' });
});
