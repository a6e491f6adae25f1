import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFolder } from '#lib/bundle/read-folder.ts';
import { PLANNED_STEPS } from '#lib/domain/run.ts';
import { enqueueWith, openQueue } from '#lib/store/queue.ts';
import { startWorker } from '#lib/worker/worker.ts';
import {
	approvedChange,
	execute,
	expectOk,
	readRun,
	runBundle,
	runToEnd,
	type SeenRun,
	type Setting,
	stepsOf,
	targetsOf,
} from '#tests/support/change.ts';
import { pauseBeforeStatements } from '#tests/support/pause.ts';
import { NO_ROADS } from '#tests/support/roads/no-roads.ts';
import { until } from '#tests/support/sql.ts';
import { openTestConsole, readRecord, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let console_: TestConsole;
beforeAll(async () => {
	console_ = await openTestConsole();
});
afterAll(() => console_?.close());

describe('the housekeeping change on the whole demo target', () => {
	let place: TestTarget;
	let setting: Setting;
	let before: string;
	let run: SeenRun & { change: { changeId: string; digest: string } };

	beforeAll(async () => {
		place = await openTestTarget('whole');
		setting = {
			console: console_,
			target: place.define((d) => {
				d.recoveryPoint = 'archived';
				d.wayBack = 'scratch_restore';
			}),
		};
		before = await place.fingerprint();
		run = await runBundle(setting, await readFolder('db'));
	});
	afterAll(() => place?.close());

	test('passes every step, in order', async () => {
		expect(run.failure).toBeNull();
		expect(await stepsOf(console_, run.runId)).toEqual(PLANNED_STEPS.map((step) => ({ step, outcome: 'passed' })));
		expect(run).toMatchObject({ status: 'succeeded', changeStatus: 'succeeded', truth: { kind: 'committed' } });
	});

	test('leaves its marker in the target, with the signed digest and the transaction that committed', async () => {
		const markers = await place.sql('select run_id, digest, fence, xid, tombstone, pg_xact_status(xid) as status from countersign.marker');
		expect(markers).toEqual([
			{ run_id: run.runId, digest: run.change.digest, fence: expect.any(String), xid: run.xid, tombstone: 'f', status: 'committed' },
		]);
	});

	test('writes the change-log row in the same transaction', async () => {
		const rows = await place.sql<{ user_name: string; row_data: string; xmin: string }>(
			`select user_name, row_data, xmin from audit.change_log where operation = 'PROD_HOUSEKEEPING_COMPLETE'`,
		);
		expect(rows).toHaveLength(1);
		expect(rows[0]).toMatchObject({ user_name: 'Olga Petrov', xmin: run.xid });
		expect(JSON.parse(rows[0]?.row_data ?? '')).toMatchObject({ status: 'success', run: run.runId, digest: run.change.digest });
	});

	test('changed the catalog, and knows both fingerprints', async () => {
		expect(run.fingerprintBefore).toBe(before);
		expect(run.fingerprintAfter).toBe(await place.fingerprint());
		expect(run.fingerprintAfter).not.toBe(before);
		expect(await place.sql(`select to_regclass('eng.strategic_directives_v2') is not null as made`)).toEqual([{ made: 't' }]);
	});

	test('restarts the services while maintenance mode is on, and then takes it off', () => {
		const commands = place.application.calls.filter((call) => call.startsWith('POST') && !call.includes('alerts'));
		expect(commands).toEqual([
			'POST maintenance/enable',
			...['POST stop ehg-app', 'POST start ehg-app', 'POST stop ehg-ingest', 'POST start ehg-ingest'],
			'POST maintenance/disable',
		]);
		expect(place.application.maintenance()).toBe(false);
		expect(place.application.alerts).toMatchObject([{ outcome: 'succeeded', severity: 'info', run: run.runId }]);
	});

	test('keeps the NOTICEs of its statements, with their place', async () => {
		const notices = await console_.sql<{ data: string }>(`select data from journal_entry where run_id = $1 and phase = 'notice'`, [
			run.runId,
		]);
		expect(notices.map(({ data }) => JSON.parse(data))).toContainEqual(
			expect.objectContaining({ message: 'copied 180 directives into the second edition', file: 'migrations/eng/001_base_tables.sql' }),
		);
	});

	test('leaves no scratch database and no session behind', async () => {
		const short = run.runId.replaceAll('-', '').slice(0, 12);
		expect(await place.sql('select datname from pg_database where datname like $1', [`%${short}%`])).toEqual([]);
		expect(await place.sql(`select pid from pg_stat_activity where application_name like '%' || $1`, [run.runId])).toEqual([]);
	});

	test('is told by the record from filing to outcome, on an unbroken chain', async () => {
		const entries = await readRecord(console_);
		const kinds = entries.filter((entry) => entry.subject.changeId === run.change.changeId).map((entry) => entry.kind);
		const stepKinds = PLANNED_STEPS.flatMap(() => ['run.step_started', 'run.step_passed']);
		expect(kinds).toEqual([
			...['change.filed', 'change.signed', 'change.signed', 'change.signed', 'change.approved', 'responder.standing_by', 'run.claimed'],
			...stepKinds,
			'run.ended',
			'alert.sent',
		]);
		const signed = entries.filter((entry) => entry.kind === 'change.signed').map((entry) => entry.actor.name);
		expect(signed).toEqual(['Dana Brandt', 'Samir Osei', 'Charles Nwosu']);
	});

	test('numbers its journal without a gap', async () => {
		const rows = await console_.sql<{ seq: string }>('select seq from journal_entry where run_id = $1 order by seq', [run.runId]);
		expect(rows.map((row) => Number(row.seq))).toEqual(rows.map((_, index) => index + 1));
	});

	test('cannot be executed a second time', async () => {
		expect(await execute(setting, run.change)).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
	});
});

test('readers of the views that the housekeeping change replaces do not deadlock with it', async () => {
	const place = await openTestTarget('whole');
	try {
		const setting = { console: console_, target: place.define() };
		const change = await approvedChange(setting, await readFolder('db'));
		const pause = await pauseBeforeStatements(console_);
		const { runId } = expectOk(await execute(setting, change));
		const ending = runToEnd(setting, runId);
		await pause.reached();
		// The last statement before the views waits for this: by then the run has locked their tables.
		const holder = await place.session();
		await holder.query('begin; lock table vh.venture_directives in share update exclusive mode');
		await pause.release();
		const waiting = (n: number) =>
			until(`${n} who wait for a lock`, async () => {
				const [row] = await place.sql(
					`select count(*) as n from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())`,
				);
				return Number(row?.n) === n;
			});
		await waiting(1);
		const readers = await Promise.all([place.session(), place.session()]);
		// A reader that looked for deadlocks first would be the one to end.
		for (const reader of readers) await reader.query(`set deadlock_timeout = '1h'`);
		const views = ['views.eng_governance_summary', 'views.vh_linkage_status'];
		const reads = views.map(async (view, index) => (await readers[index]?.query(`select from ${view}`))?.rowCount);
		await waiting(3);
		await holder.end();
		const run = await ending;
		expect(run).toMatchObject({ status: 'succeeded', failure: null });
		expect(await Promise.all(reads)).toEqual([6, 120]);
		for (const reader of readers) await reader.end();
	} finally {
		await place.close();
	}
});

describe('the queue and the worker', () => {
	test('run a change that an operator executed, without anybody looking', async () => {
		const place = await openTestTarget();
		const setting = { console: console_, target: place.define() };
		const boss = await openQueue(console_.appUrl);
		try {
			const worker = await startWorker({ boss, store: console_.store, targets: targetsOf(setting.target), roads: NO_ROADS });
			const change = await approvedChange(setting, { files: { 'a.sql': 'create table eng.by_the_worker ()' } });
			const { runId } = expectOk(await execute(setting, change, { enqueue: enqueueWith(boss) }));
			const run = await until(
				'the end of the run',
				async () => {
					const seen = await readRun(console_, runId);
					return seen.changeStatus !== 'running' && seen;
				},
				50_000,
			);
			expect(run).toMatchObject({ status: 'succeeded', changeStatus: 'succeeded' });
			expect(await place.sql(`select to_regclass('eng.by_the_worker') is not null as made`)).toEqual([{ made: 't' }]);
			await worker.stop();
		} finally {
			await boss.stop({ graceful: true, timeout: 10_000 });
			await place.close();
		}
	});
});
