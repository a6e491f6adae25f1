import { createHash } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Target } from '#lib/domain/target/target.ts';
import { approvedChange, type BundleInput, execute, executeToEnd, expectOk, runToEnd, stepsOf } from '#tests/support/change.ts';
import { expectFailsAt, expectNothingChanged, type Failing, type Look, lookAt } from '#tests/support/nothing-changed.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { query } from '#tests/support/sql.ts';
import { openTestConsole, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let console_: TestConsole;
let place: TestTarget;
let before: Look;

beforeAll(async () => {
	console_ = await openTestConsole();
	place = await openTestTarget();
	before = await lookAt(place);
});
beforeEach(() => {
	place.application.misbehave.clear();
	place.application.calls.length = 0;
});
afterAll(async () => {
	await console_?.close();
	await place?.close();
});

const BUNDLE: BundleInput = { files: { '1.sql': 'create table eng.made (id int)' } };

const expectGateFails = (failing: Failing) => expectFailsAt({ console: console_, place, before }, failing);

/** Runs a change, and at the end of that step has something happen. */
async function withInterference(
	{ target = place.define(), bundle = BUNDLE }: { target?: Target; bundle?: BundleInput },
	after: string,
	interfere: () => Promise<void>,
) {
	const setting = { console: console_, target };
	const change = await approvedChange(setting, bundle);
	const pause = await pauseAt(console_, { step: after, phase: 'passed' });
	const { runId } = expectOk(await execute(setting, change));
	const ending = runToEnd(setting, runId);
	try {
		await pause.reached();
		await interfere();
	} finally {
		await pause.release();
	}
	return ending;
}

describe('the claim', () => {
	test('fails while another holds the lock of the target', async () => {
		const [identity] = await place.sql<{ id: string; oid: string }>(
			'select system_identifier as id, (select oid from pg_database where datname = current_database()) as oid from pg_control_system()',
		);
		const key = createHash('sha256').update(`countersign/run-lock/v1:${identity?.id}:${identity?.oid}`).digest().readBigInt64BE(0);
		const other = new pg.Client({ connectionString: place.urlOf('postgres') });
		await other.connect();
		try {
			await other.query('select pg_advisory_lock($1)', [key.toString()]);
			await expectGateFails({ step: 'claim', failure: { code: 'another_run' } });
		} finally {
			await other.end();
		}
		expect(place.application.calls).not.toContain('POST maintenance/enable');
	});

	test('fails where the catalog has changed since the revision was filed', async () => {
		const setting = { console: console_, target: place.define() };
		const change = await approvedChange(setting, BUNDLE);
		await place.sql('create table eng.drifted (); alter table eng.teams add column drifted int');
		try {
			const run = await executeToEnd(setting, change);
			expect(run).toMatchObject({ status: 'rolled_back', failure: { code: 'baseline_differs' } });
			expect(run.failure?.message).toMatch(
				/since this revision was filed: .*column eng\.teams\.drifted is new; .*table eng\.drifted is new/,
			);
		} finally {
			await place.sql('drop table eng.drifted; alter table eng.teams drop column drifted');
		}
		expect(await lookAt(place)).toEqual(before);
	});

	test('fails where another database stands under the name', async () => {
		const own = await openTestTarget();
		const setting = { console: console_, target: own.define() };
		try {
			const change = await approvedChange(setting, BUNDLE);
			const { database } = own;
			await query(own.urlOf('postgres'), `alter database ${database} rename to ${database}_real`);
			await query(own.urlOf('postgres'), `create database ${database} template ${database}_real`);
			const run = await executeToEnd(setting, change);
			expect(run).toMatchObject({ status: 'rolled_back', failure: { code: 'another_database' } });
			expect(await own.sql(`select to_regclass('eng.made') as made`)).toEqual([{ made: null }]);
			await query(own.urlOf('postgres'), `drop database ${database}_real`);
		} finally {
			await own.close();
		}
	});
});

describe('the window', () => {
	const at = (ms: number) => new Date(Date.now() + ms).toISOString();
	const HOUR = 3_600_000;

	test.each([
		['is closed', () => ({ once: [{ from: at(HOUR), to: at(2 * HOUR) }] }), 'outside_window'],
		['has just closed: its end is not part of it', () => ({ once: [{ from: at(-HOUR), to: at(0) }] }), 'outside_window'],
		[
			'is frozen',
			() => ({ daily: { from: '00:00', to: '24:00' }, freezes: [{ from: at(-HOUR), to: at(HOUR), reason: 'Year end' }] }),
			'outside_window',
		],
	])('fails where it %s', async (_how, window, code) => {
		const target = place.define((d) => {
			d.window = window();
		});
		await expectGateFails({ target, step: 'window', failure: { code } });
		expect(place.application.calls).not.toContain('POST maintenance/enable');
	});

	test('fails where less is left of it than the way back may need', async () => {
		const target = place.define((d) => {
			d.window = { once: [{ from: at(-HOUR), to: at(60_000) }] };
			d.restoreBudget = '2min';
		});
		await expectGateFails({ target, step: 'window', failure: { code: 'window_too_short' } });
	});
});

describe('maintenance mode', () => {
	test.each([
		['fails', 'POST maintenance/enable', 'fail'],
		['does not answer', 'POST maintenance/enable', 'hang'],
		['redirects to somebody who says yes', 'POST maintenance/enable', 'redirect'],
		['redirects the question for the mode', 'GET maintenance', 'redirect'],
		['says yes and does nothing', 'POST maintenance/enable', 'lie'],
	] as const)('fails where the endpoint %s, and nothing is begun', async (_how, endpoint, how) => {
		place.application.misbehave.set(endpoint, how);
		const setting = { console: console_, target: place.define() };
		const run = await executeToEnd(setting, await approvedChange(setting, BUNDLE));
		expect(run).toMatchObject({
			status: 'rolled_back',
			changeStatus: 'rolled_back',
			failure: { code: 'maintenance_not_reported' },
			xid: null,
		});
		expect(await lookAt(place)).toEqual(before);
		expect((await stepsOf(console_, run.runId)).map((s) => s.step)).not.toContain('backup');
		place.application.misbehave.clear();
		await fetch(`${place.application.url}/maintenance/disable`, { method: 'POST' });
	});
});

describe('quiescence', () => {
	test('fails where somebody wrote after the backup', async () => {
		const run = await withInterference({}, 'backup', async () => {
			await place.sql(`insert into audit.service_logs (service, level, message) values ('psql', 'INFO', 'written after the backup')`);
		});
		expect(run.failure).toMatchObject({
			code: 'written_since_backup',
			message: expect.stringContaining('1 row was written since the backup although maintenance mode is on: audit.service_logs (1)'),
		});
		await place.sql(`delete from audit.service_logs where service = 'psql'`);
		await expectNothingChanged({ console: console_, place, before }, run);
	});

	test('passes where another run that was refused has left its note', async () => {
		const run = await withInterference({}, 'backup', async () => {
			await place.sql(
				`insert into countersign.marker (run_id, digest, fence, tombstone) values ('6f0b8a55-6d68-4d4c-9d0e-0e7e2f1f6a01', 'refused', 1, true)`,
			);
		});
		expect(run.status, run.failure?.message).toBe('succeeded');
		await place.sql(`delete from countersign.marker; drop table eng.made`);
	});

	test('fails where somebody writes after it was asked, before BEGIN', async () => {
		const run = await withInterference({}, 'trial', async () => {
			await place.sql(`insert into audit.service_logs (service, level, message) values ('psql', 'INFO', 'written after the trial')`);
		});
		await place.sql(`delete from audit.service_logs where service = 'psql'`);
		expect(run.failure).toMatchObject({ code: 'written_since_backup' });
		await expectNothingChanged({ console: console_, place, before }, run);
	});

	test('fails where a prepared transaction that nobody is in holds its locks', async () => {
		const run = await withInterference({}, 'way back', async () => {
			await place.sql(`begin; lock table eng.teams in share mode; prepare transaction 'left by ${place.database}'`);
		});
		await place.sql(`rollback prepared 'left by ${place.database}'`);
		expect(run.failure).toMatchObject({ code: 'blocked', message: expect.stringContaining('prepared transaction') });
		await expectNothingChanged({ console: console_, place, before }, run);
	});

	test.each([
		['is open', 'begin; select 1'],
		['is idle and holds a lock', 'begin; lock table eng.teams in share mode'],
	])('fails where a transaction %s that is older than the target allows', async (_how, sql) => {
		const other = { session: null as pg.Client | null };
		const target = place.define((d) => Object.assign(d, { thresholds: { cpu: 100, longTransaction: '1ms' } }));
		const run = await withInterference({ target }, 'way back', async () => {
			other.session = await place.session();
			await other.session.query(sql);
		});
		await other.session?.end();
		expect(run.failure).toMatchObject({ code: 'blocked', message: expect.stringContaining('(psql)') });
		await expectNothingChanged({ console: console_, place, before }, run);
	});
});

describe('the trial', () => {
	const trial = (query: Record<string, unknown>, timeouts = {}) => ({
		...BUNDLE,
		manifest: { trial: [{ role: 'analyst_ro', ...query }], timeouts },
	});

	test('fails where a view is not there', async () => {
		await expectGateFails({
			bundle: trial({ views: ['views.vh_linkage_status', 'views.not_there'] }),
			step: 'trial',
			failure: { code: 'trial_failed', sqlstate: '42P01', message: expect.stringContaining('views.not_there') },
		});
	});

	test('fails where the role lacks a grant', async () => {
		await expectGateFails({
			bundle: trial({ views: ['vh.ventures'] }),
			step: 'trial',
			failure: { code: 'trial_failed', sqlstate: '42501' },
		});
	});

	test('fails where a query runs longer than its timeout', async () => {
		const bundle = trial({ name: 'Slow', sql: 'select pg_sleep(20)' }, { trial: '200ms' });
		await expectGateFails({ bundle, step: 'trial', failure: { code: 'trial_failed', sqlstate: '57014' } });
	});

	describe('on a target with objects that are not as they should be', () => {
		let own: TestTarget;
		let ownBefore: Look;
		beforeAll(async () => {
			own = await openTestTarget();
			await own.sql(`set check_function_bodies = off;
				create function audit.of_a_table_that_is_gone() returns bigint language sql stable as 'select count(*) from eng.gone';
				create view views.broken as select audit.of_a_table_that_is_gone() as n;
				create function views.writes() returns int language sql security definer as
					$$ insert into eng.teams (name, mandate) values ('Written', 'by a trial') returning 1 $$;
				grant select on views.broken to analyst_ro; grant usage on schema audit to analyst_ro;
				-- A superuser's objects are not restorable by a login that is none.
				alter function audit.of_a_table_that_is_gone() owner to ehg_owner; alter function views.writes() owner to ehg_owner;
				alter view views.broken owner to ehg_owner`);
			ownBefore = await lookAt(own);
		});
		afterAll(() => own?.close());

		test.each([
			['a view does not compile any more', { views: ['views.broken'] }, '42P01'],
			['a query writes', { name: 'Writes', sql: 'select views.writes()' }, '25006'],
		])('fails where %s', async (_what, query, sqlstate) => {
			const setting = { console: console_, target: own.define() };
			const run = await executeToEnd(setting, await approvedChange(setting, trial(query)));
			expect(run.failure).toMatchObject({ code: 'trial_failed', sqlstate });
			await expectNothingChanged({ console: console_, place: own, before: ownBefore }, run);
		});
	});
});
