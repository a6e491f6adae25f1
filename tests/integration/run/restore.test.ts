import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { restoreNames, scratchName } from '#lib/domain/target/database-names.ts';
import { askSmokeTestsAgain } from '#lib/run/orders/ask-smoke-tests-again.ts';
import { measurePrice } from '#lib/run/orders/measure-price.ts';
import {
	type BundleInput,
	confirm,
	expectOk,
	knownPrice,
	noQueue,
	readRun,
	runBundle,
	runToEnd,
	type SeenRun,
	type Setting,
	stepsOf,
	targetsOf,
} from '#tests/support/change.ts';
import { type Look, lookAt } from '#tests/support/nothing-changed.ts';
import { openTestConsole, readRecord, type TestConsole } from '#tests/support/test-console.ts';
import { fingerprintOfDatabase, openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let console_: TestConsole;
let place: TestTarget;
let setting: Setting;
let before: Look & { schema: string };

beforeAll(async () => {
	console_ = await openTestConsole();
});
afterAll(() => console_?.close());
beforeEach(async () => {
	place = await openTestTarget();
	setting = { console: console_, target: place.define() };
	before = { ...(await lookAt(place)), schema: await place.schema() };
});
afterEach(async () => {
	await console_.sql(`update run set status = 'restored' where status in ('queued', 'running', 'awaiting_restore', 'restoring')`);
	await place?.close();
});

/** Changes the catalog, rows, a grant and a policy, so that a way back that forgets one of them is seen. */
const BUNDLE: BundleInput = {
	files: {
		'1.sql': `create table eng.made (id int primary key);
			insert into eng.made select generate_series(1, 10);
			update eng.teams set mandate = upper(mandate);
			revoke select on eng.teams from analyst_ro;
			drop policy analysts_read_internal on eng.directives_sensitive;
			alter table vh.ventures drop column lead_email`,
	},
	manifest: { services: ['ehg-app', 'ehg-ingest'] },
};

/** A change that is committed, and whose application is found sick afterwards. */
async function committedAndSick(bundle: BundleInput = BUNDLE): Promise<SeenRun> {
	place.application.misbehave.set('GET health', 'fail');
	return runBundle(setting, bundle);
}

async function expectWaiting(runId: string): Promise<void> {
	expect(await readRun(console_, runId)).toMatchObject({
		status: 'awaiting_restore',
		changeStatus: 'running',
		truth: { kind: 'committed' },
	});
	expect(place.application.maintenance()).toBe(true);
	expect(await place.sql(`select count(*) as n from eng.made`)).toEqual([{ n: '10' }]);
}

/** By everything that there is to look at, the database under the live name is what it was before the change. */
async function expectRestored(runId: string): Promise<void> {
	expect(await lookAt(place)).toEqual({ fingerprint: before.fingerprint, rows: before.rows });
	expect(await place.schema()).toBe(before.schema);
	const privileges = await place.sql(
		`select has_table_privilege('analyst_ro', 'eng.teams', 'select') as teams, has_table_privilege('analyst_ro', 'eng.directives_sensitive', 'select') as whole,
		        has_column_privilege('analyst_ro', 'eng.directives_sensitive', 'summary', 'select') as part,
		        has_database_privilege('analyst_ro', current_database(), 'connect') as connects, has_database_privilege('vh_reader', current_database(), 'connect') as reader`,
	);
	expect(privileges).toEqual([{ teams: 't', whole: 'f', part: 't', connects: 't', reader: 'f' }]);
	expect(await place.sql('set role analyst_ro; select count(*) as n from eng.directives_sensitive')).toEqual([{ n: '60' }]);
	expect(await readRun(console_, runId)).toMatchObject({ status: 'restored', changeStatus: 'restored', truth: { kind: 'restored' } });
	expect(place.application.maintenance()).toBe(false);
	expect(place.application.alerts.at(-1)).toMatchObject({ outcome: 'restored', text: expect.stringContaining('restored') });
}

describe('the database that the way back was tried in', () => {
	beforeEach(() => {
		setting = { console: console_, target: place.define((d) => Object.assign(d, { wayBack: 'scratch_restore' })) };
	});

	test('takes the live one’s place: nothing is restored a second time, and it is what was there before', async () => {
		const { runId } = await committedAndSick({ ...BUNDLE, manifest: { ...BUNDLE.manifest, restore: 'automatic' } });
		await expectRestored(runId);
		const told = await console_.sql(`select data->>'summary' as summary from journal_entry where run_id = $1 and step = 'restore'`, [
			runId,
		]);
		expect(told.filter(({ summary }) => String(summary).includes('objects beside'))).toEqual([]);
		expect(await databasesOf(runId)).toEqual([restoreNames(runId).keptAs]);
	});

	test('is closed to everybody while it waits, and is gone when the smoke tests pass after all', async () => {
		const { runId } = await committedAndSick();
		expect(await databasesOf(runId)).toEqual([scratchName(runId)]);
		expect(await place.sql(`select datallowconn from pg_database where datname = '${scratchName(runId)}'`)).toEqual([
			{ datallowconn: 'f' },
		]);
		place.application.misbehave.delete('GET health');
		expectOk(await askSmokeTestsAgain({ store: console_.store, actor: await console_.actor('olga'), runId, enqueue: noQueue }));
		await runToEnd(setting, runId);
		expect(await readRun(console_, runId)).toMatchObject({ status: 'succeeded' });
		expect(await databasesOf(runId)).toEqual([]);
	});

	test('is not needed: when somebody has dropped it, the restore is made from the dump', async () => {
		const { runId } = await committedAndSick();
		await place.sql(`drop database ${scratchName(runId)}`);
		for (const [capacity, person] of [
			['operator', 'olga'],
			['dba', 'dana'],
		] as const)
			expectOk(await confirm(setting, runId, { capacity, person, rows: 0 }));
		await runToEnd(setting, runId);
		await expectRestored(runId);
	});

	test('is gone after a rollback', async () => {
		const { runId, status } = await runBundle(setting, { files: { '1.sql': 'select 1 / (select count(*) from eng.teams where id = 0)' } });
		expect(status).toBe('rolled_back');
		expect(await databasesOf(runId)).toEqual([]);
	});

	/** What the run has beside the live database. */
	async function databasesOf(runId: string): Promise<string[]> {
		const rows = await place.sql<{ datname: string }>(
			`select datname from pg_database where datname like '%${runId.replaceAll('-', '').slice(0, 12)}' order by 1`,
		);
		return rows.map(({ datname }) => datname);
	}
});

describe('a smoke test that fails after COMMIT', () => {
	test('leaves maintenance mode on and offers the restore at the price of nothing', async () => {
		const run = await committedAndSick();
		await expectWaiting(run.runId);
		expect(run).toMatchObject({ failure: { code: 'health_check_failed' }, price: { rows: 0, tables: [] } });
		expect(place.application.calls).not.toContain('POST stop ehg-app');
		expect(place.application.alerts).toMatchObject([{ outcome: 'awaiting_restore', severity: 'critical' }]);
	});

	test('restores after the operator and the Database Administrator have confirmed, and nobody before', async () => {
		const { runId } = await committedAndSick();
		const rows = 0;
		const wrong = [
			{ capacity: 'operator', person: 'rui', rows },
			{ capacity: 'operator', person: 'dana', rows },
			{ capacity: 'dba', person: 'olga', rows },
			{ capacity: 'operator', person: 'olga', rows, password: 'wrong' },
		] as const;
		for (const one of wrong) expect(await confirm(setting, runId, one)).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
		expect(await confirm(setting, runId, { capacity: 'operator', person: 'olga', rows: 1 })).toMatchObject({
			ok: false,
			refusal: { code: 'conflict' },
		});
		expect(expectOk(await confirm(setting, runId, { capacity: 'operator', person: 'dario', rows }))).toEqual({ starts: false });
		expect(await confirm(setting, runId, { capacity: 'operator', person: 'olga', rows })).toMatchObject({ ok: false });
		expect(await confirm(setting, runId, { capacity: 'dba', person: 'dario', rows })).toMatchObject({
			ok: false,
			refusal: { code: 'forbidden' },
		});
		await runToEnd(setting, runId);
		await expectWaiting(runId);
		expect(expectOk(await confirm(setting, runId, { capacity: 'dba', person: 'dana', rows }))).toEqual({ starts: true });
		place.application.calls.length = 0;
		await runToEnd(setting, runId);

		await expectRestored(runId);
		expect(place.application.calls.filter((call) => call.startsWith('POST') && !call.includes('alerts'))).toEqual([
			...['POST stop ehg-app', 'POST stop ehg-ingest', 'POST start ehg-app', 'POST start ehg-ingest'],
			'POST maintenance/disable',
		]);
		const kinds = (await readRecord(console_)).filter((e) => e.subject.runId === runId).map((e) => e.kind);
		expect(kinds.filter((kind) => kind.startsWith('restore.'))).toEqual(
			expect.arrayContaining(['restore.offered', 'restore.confirmed', 'restore.confirmed', 'restore.started']),
		);
	});

	test('keeps the failed database aside, closed, with the change in it', async () => {
		const { runId } = await committedAndSick();
		await confirmBoth(runId, 0);
		await runToEnd(setting, runId);
		const short = runId.replaceAll('-', '').slice(0, 12);
		const kept = await place.sql<{ datname: string; datallowconn: string }>(
			'select datname, datallowconn from pg_database where datname like $1',
			[`%${short}%`],
		);
		expect(kept).toEqual([{ datname: `countersign_failed_${short}`, datallowconn: 'f' }]);
		await place.sql(`alter database countersign_failed_${short} with allow_connections true`);
		try {
			expect(await fingerprintOfDatabase(place.urlOf(`countersign_failed_${short}`))).not.toBe(before.fingerprint);
		} finally {
			await place.sql(`drop database countersign_failed_${short} with (force)`);
		}
	});

	test('has a price: the rows that others wrote since, per table, and none of those that the change wrote', async () => {
		const { runId } = await committedAndSick();
		const psql = await place.session();
		await psql.query(`insert into audit.service_logs (service, level, message) select 'psql', 'INFO', 'late' from generate_series(1, 7)`);
		await psql.query(`update eng.teams set mandate = 'late' where id <= 2`);
		await psql.query(`delete from eng.made where id > 6`);
		await psql.query(`begin; insert into eng.made values (99); rollback`);
		await psql.end();
		const actor = await console_.actor('olga');
		const price = knownPrice(expectOk(await measurePrice({ store: console_.store, targets: targetsOf(setting.target), actor, runId })));
		expect(price.tables).toEqual(
			expect.arrayContaining([
				{ table: 'audit.service_logs', inserted: 7, updated: 0, deleted: 0 },
				{ table: 'eng.teams', inserted: 0, updated: 2, deleted: 0 },
			]),
		);
		expect(price.tables.find((t) => t.table === 'eng.made')).toMatchObject({ updated: 0, deleted: 4 });
		expect(price.tables).toHaveLength(3);
		expect(knownPrice((await readRun(console_, runId)).price).rows).toBe(price.rows);
	});

	test('is not restored at another price than was confirmed: when it rises before the swap, the live database stays', async () => {
		const { runId } = await committedAndSick();
		await confirmBoth(runId, 0);
		// While the services are being stopped, somebody writes.
		place.application.misbehave.set('POST stop', async () => {
			if (place.application.calls.filter((call) => call.startsWith('POST stop')).length > 1) return;
			await place.sql(`insert into audit.service_logs (service, level, message) values ('psql', 'INFO', 'late')`);
		});
		await runToEnd(setting, runId);
		await expectWaiting(runId);
		const run = await readRun(console_, runId);
		expect(run.price).toMatchObject({ rows: 1, tables: [{ table: 'audit.service_logs', inserted: 1, updated: 0, deleted: 0 }] });
		expect(await console_.sql('select 1 from restore_confirmation where run_id = $1', [runId])).toEqual([]);
		expect(place.application.calls.filter((call) => call.startsWith('POST start'))).toEqual([
			'POST start ehg-app',
			'POST start ehg-ingest',
		]);
		place.application.misbehave.delete('POST stop');
		await confirmBoth(runId, 1);
		await runToEnd(setting, runId);
		await expectRestored(runId);
	});

	test('drops a confirmation that was given at another price', async () => {
		const { runId } = await committedAndSick();
		expectOk(await confirm(setting, runId, { capacity: 'operator', person: 'olga', rows: 0 }));
		await place.sql(`insert into audit.service_logs (service, level, message) values ('psql', 'INFO', 'late')`);
		expectOk(await measurePrice({ store: console_.store, targets: targetsOf(setting.target), actor: await console_.actor('dana'), runId }));
		expect(await confirm(setting, runId, { capacity: 'dba', person: 'dana', rows: 0 })).toMatchObject({ ok: false });
		expect(expectOk(await confirm(setting, runId, { capacity: 'dba', person: 'dana', rows: 1 }))).toEqual({ starts: false });
		await expectWaiting(runId);
	});

	test('is not restored from a dump that is not the one that was made', async () => {
		const { runId, backup } = await committedAndSick();
		const folder = backup?.folder ?? '';
		writeFileSync(join(folder, 'globals.sql'), '-- somebody was here', { flag: 'a' });
		await confirmBoth(runId, 0);
		await runToEnd(setting, runId);
		await expectWaiting(runId);
		expect(existsSync(folder)).toBe(true);
		expect(place.application.alerts.at(-1)).toMatchObject({ text: expect.stringContaining('live database is untouched') });
		expect(place.application.calls).not.toContain('POST stop ehg-app');
		const short = runId.replaceAll('-', '').slice(0, 12);
		expect(await place.sql('select datname from pg_database where datname like $1', [`%${short}%`])).toEqual([]);
	});

	test('happens by itself where the signed plan says automatic', async () => {
		const { runId } = await committedAndSick({ ...BUNDLE, manifest: { ...BUNDLE.manifest, restore: 'automatic' } });
		await expectRestored(runId);
		expect((await stepsOf(console_, runId)).map((s) => s.step)).toContain('restore');
		expect(await console_.sql('select 1 from restore_confirmation where run_id = $1', [runId])).toEqual([]);
		expect(readdirSync(place.backupFolder)).toHaveLength(1);
	});

	test('names what it leaves of the whole cluster, before COMMIT, when it is offered and at the end', async () => {
		const files = { '1.sql': `do $$ begin execute 'alter role ehg_owner set work_mem = ''5MB'''; end $$` };
		const { runId, status } = await committedAndSick({ files, manifest: { restore: 'automatic' } });
		await place.sql('alter role ehg_owner reset work_mem');
		expect(status).toBe('restored');
		const stays = 'does not undo what the change altered of the whole cluster: settings role ehg_owner is new';
		const notices = await console_.sql<{ step: string; said: string }>(
			`select step, data->>'message' as said from journal_entry where run_id = $1 and phase = 'notice' and data->>'message' like $2 order by seq`,
			[runId, `%${stays}`],
		);
		expect(notices.map(({ step }) => step)).toEqual(['transaction', 'restore']);
		const ended = (await readRecord(console_)).find((e) => e.subject.runId === runId && e.kind === 'run.ended');
		expect(ended?.data.summary).toContain(`${stays}. Compare it with globals.sql`);
	});

	test('may be asked again, and succeeds when what was wrong has been put right', async () => {
		const { runId } = await committedAndSick();
		const { store } = console_;
		expect(await askSmokeTestsAgain({ store, actor: await console_.actor('rui'), runId, enqueue: noQueue })).toMatchObject({ ok: false });
		place.application.misbehave.clear();
		expectOk(await askSmokeTestsAgain({ store, actor: await console_.actor('olga'), runId, enqueue: noQueue }));
		const run = await runToEnd(setting, runId);
		expect(run).toMatchObject({ status: 'succeeded', changeStatus: 'succeeded', truth: { kind: 'committed' } });
		expect(place.application.maintenance()).toBe(false);
		expect(await place.sql(`select count(*) as n from eng.made`)).toEqual([{ n: '10' }]);
	});

	test('that depends on what changed after COMMIT is a failure too, said with what it found', async () => {
		// The service that restarts in the middle is no part of the transaction: another session changes the row in between.
		const bundle: BundleInput = {
			files: {
				'1.sql': `create table eng.made (id int primary key); insert into eng.made select generate_series(1, 10);
					create view eng.in_this_transaction as select count(*) as n from eng.made where xmin = pg_current_xact_id_if_assigned()::xid;
					grant usage on schema eng to ehg_app; grant select on eng.in_this_transaction to ehg_app`,
			},
			manifest: {
				smokeTests: [{ name: 'The rows', role: 'ehg_app', sql: 'select n from eng.in_this_transaction', expect: { value: 10 } }],
			},
		};
		const run = await runBundle(setting, bundle);
		expect(run).toMatchObject({ status: 'awaiting_restore', failure: { code: 'smoke_test_failed' } });
		expect(run.failure?.message).toContain('"The rows" as ehg_app: expected the value 10, got the value "0"');
		await expectWaiting(run.runId);
	});
});

async function confirmBoth(runId: string, rows: number): Promise<void> {
	expectOk(await confirm(setting, runId, { capacity: 'operator', person: 'olga', rows }));
	expectOk(await confirm(setting, runId, { capacity: 'dba', person: 'dana', rows }));
}
