import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { restoreNames } from '#lib/domain/target/database-names.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { abortRun } from '#lib/run/orders/abort-run.ts';
import {
	approvedChange,
	type BundleInput,
	confirm,
	execute,
	expectOk,
	readRun,
	runBundle,
	runToEnd,
	type SeenRun,
} from '#tests/support/change.ts';
import { expectNothingChanged, type Look, lookAt } from '#tests/support/nothing-changed.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { openSession, until } from '#tests/support/sql.ts';
import { openTestConsole, readRecord, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

/** Generous, for machines that do many things at a time: the usual case takes less than one. */
const LATENCY_MS = 5_000;

let console_: TestConsole;
let place: TestTarget;
let target: Target;
let before: Look;

beforeAll(async () => {
	console_ = await openTestConsole();
	return () => console_.close();
});
beforeEach(async () => {
	place = await openTestTarget();
	target = place.define();
	before = await lookAt(place);
});
afterEach(async () => {
	await console_.sql(`update run set status = 'restored' where status in ('queued', 'running', 'awaiting_restore', 'restoring')`);
	await place?.close();
});

async function abort(runId: string): Promise<void> {
	expectOk(await abortRun({ store: console_.store, actor: await console_.actor('samir'), runId, reason: 'seen enough' }));
}

/** A run looks five times a second whether somebody pressed Abort. While it waits for us it can store nothing that would show that it heard. */
async function abortAndBeHeard(runId: string): Promise<void> {
	await abort(runId);
	await sleep(1_000);
}

/** A session of a run in the target, when it is at a query like this. */
function sessionAt(runId: string, { login, query }: { login: string; query: string }): Promise<string> {
	return until(`${login} at ${query}`, async () => {
		const rows = await place.sql<{ pid: string }>(
			`select pid from pg_stat_activity where application_name = $1 and state = 'active' and query like $2 and now() > query_start + interval '100 ms'`,
			[`countersign ${login} ${runId}`, query],
		);
		return rows[0]?.pid;
	});
}

/** From the press until the backend is gone, seen by somebody else. */
async function msUntilGone(pid: string, press: () => Promise<void>): Promise<number> {
	const watcher = await openSession(place.urlOf('postgres'));
	onTestFinished(() => watcher.end());
	await press();
	const pressedAt = performance.now();
	await until('our backend gone', async () => (await watcher.query('select from pg_stat_activity where pid = $1', [pid])).rowCount === 0);
	return Math.round(performance.now() - pressedAt);
}

describe('an abort before COMMIT', () => {
	test.each([
		{ during: 'a statement that sleeps', sql: 'select pg_sleep(60)', at: 'select pg_sleep%' },
		{
			during: 'the rewrite of a table',
			sql: `create table eng.big as select g as id from generate_series(1, 300000) g;
				alter table eng.big alter column id type text using md5(repeat(md5(id::text), 2000))`,
			at: 'alter table eng.big%',
		},
		{
			during: 'the wait for a lock',
			sql: 'select pg_sleep(3); alter table eng.teams add column made int',
			at: 'alter table eng.teams%',
			lock: 'lock table eng.teams in share mode',
		},
	])('during $during ends our backend, changes nothing and says how long it took', async ({ during, sql, at, lock }) => {
		const setting = { console: console_, target };
		const change = await approvedChange(setting, { files: { '1.sql': sql } });
		const { runId } = expectOk(await execute(setting, change));
		const ending = runToEnd(setting, runId);
		const other = lock ? await holdLock(runId, lock) : null;
		const pid = await sessionAt(runId, { login: 'run', query: at });
		const ms = await msUntilGone(pid, () => abort(runId));
		const run = await ending;
		await other?.end();
		expect(run).toMatchObject({ status: 'rolled_back', failure: { code: 'aborted', message: 'Aborted by Samir Osei: seen enough.' } });
		await expectNothingChanged({ console: console_, place, before }, run);
		const said = await confirmedAfter(runId);
		console.info(`abort during ${during}: our backend was gone after ${ms} ms, all of it confirmed after ${said.toFixed(2)} s`);
		expect(ms).toBeLessThan(LATENCY_MS);
		expect(said * 1_000).toBeLessThan(2 * LATENCY_MS);
	});

	/** Somebody's lock, taken while the transaction sleeps. Not before BEGIN: a session that is busy then would stop the run. */
	async function holdLock(runId: string, sql: string) {
		await sessionAt(runId, { login: 'run', query: 'select pg_sleep(3)' });
		const other = await place.session();
		onTestFinished(() => other.end());
		await other.query(`begin; ${sql}`);
		return other;
	}

	/** As the record's last entry about the run says it, in seconds. */
	async function confirmedAfter(runId: string): Promise<number> {
		const entry = (await readRecord(console_)).find((e) => e.subject.runId === runId && e.kind === 'run.ended');
		const seconds = /Confirmed (\d+\.\d\d) s after the abort\./.exec(String(entry?.data.summary))?.[1];
		if (seconds === undefined) throw new Error(`the record does not say how long it took: ${entry?.data.summary}`);
		return Number(seconds);
	}
});

const COMMITTED: BundleInput = {
	files: { '1.sql': 'create table eng.made (id int); alter table vh.ventures drop column lead_email' },
	manifest: { services: ['ehg-app'] },
};

/** Committed, live as the change left it, closed to nobody, and waiting for two people. */
async function expectWaiting(runId: string): Promise<SeenRun> {
	const run = await readRun(console_, runId);
	expect(run).toMatchObject({ status: 'awaiting_restore', changeStatus: 'running', truth: { kind: 'committed' } });
	expect(place.application.maintenance()).toBe(true);
	expect(await place.sql('select count(*) as n from eng.made')).toEqual([{ n: '0' }]);
	const { replacement, keptAs } = restoreNames(runId);
	expect(await place.sql('select datname from pg_database where datname in ($1, $2)', [replacement, keptAs])).toEqual([]);
	expect(await console_.sql('select 1 from restore_confirmation where run_id = $1', [runId])).toEqual([]);
	return run;
}

async function confirmBoth(runId: string): Promise<void> {
	const setting = { console: console_, target };
	expectOk(await confirm(setting, runId, { capacity: 'operator', person: 'olga', rows: 0 }));
	expectOk(await confirm(setting, runId, { capacity: 'dba', person: 'dana', rows: 0 }));
}

describe('an abort after COMMIT', () => {
	test('offers the restore and lets people decide, also where the signed plan says automatic', async () => {
		const setting = { console: console_, target };
		const change = await approvedChange(setting, {
			...COMMITTED,
			manifest: {
				restore: 'automatic',
				smokeTests: [{ name: 'Slow', role: 'ehg_app', sql: 'select pg_sleep(2), 1', expect: { rows: 1 } }],
			},
		});
		const { runId } = expectOk(await execute(setting, change));
		const ending = runToEnd(setting, runId);
		await sessionAt(runId, { login: 'smoke', query: 'select pg_sleep%' });
		await abort(runId);
		await ending;
		expect((await expectWaiting(runId)).failure).toMatchObject({ code: 'aborted' });
	});
});

describe('an abort of a restore, up to the swap', () => {
	beforeEach(() => void place.application.misbehave.set('GET health', 'fail'));

	test('leaves the live database as it is, while the backup is being restored beside; it can be confirmed and started again', async () => {
		const setting = { console: console_, target };
		const { runId } = await runBundle(setting, COMMITTED);
		await confirmBoth(runId);
		const pause = await pauseAt(console_, { step: 'restore', phase: 'progress' });
		const ending = runToEnd(setting, runId);
		await pause.reached();
		await abortAndBeHeard(runId);
		await pause.release();
		await ending;
		await expectWaiting(runId);
		await expectRestoredWhenStartedAgain(runId);
	});

	test('leaves the live database as it is, also when services are being stopped already: they are started again', async () => {
		const setting = { console: console_, target };
		const { runId } = await runBundle(setting, COMMITTED);
		await confirmBoth(runId);
		place.application.misbehave.set('POST stop', () => abortAndBeHeard(runId));
		await runToEnd(setting, runId);
		await expectWaiting(runId);
		expect(place.application.calls.filter((call) => /^POST st/.test(call))).toEqual(['POST stop ehg-app', 'POST start ehg-app']);
		place.application.misbehave.delete('POST stop');
		await expectRestoredWhenStartedAgain(runId);
	});

	async function expectRestoredWhenStartedAgain(runId: string): Promise<void> {
		await confirmBoth(runId);
		expect(await runToEnd({ console: console_, target }, runId)).toMatchObject({
			status: 'restored',
			fingerprintAfter: before.fingerprint,
		});
		expect(await lookAt(place)).toEqual(before);
		expect(place.application.maintenance()).toBe(false);
		await place.sql(`drop database ${restoreNames(runId).keptAs} with (force)`);
	}
});
