import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { priceKeep } from '#lib/change/price-keep.ts';
import { keepPriceWords } from '#lib/domain/keep-price.ts';
import { abortRun } from '#lib/run/orders/abort-run.ts';
import { askSmokeTestsAgain } from '#lib/run/orders/ask-smoke-tests-again.ts';
import { confirmKeep } from '#lib/run/orders/confirm-keep.ts';
import { readWaiting } from '#lib/views/inbox/read-waiting.ts';
import { ADDRESS, expectOk, noQueue, readRun, runBundle, runToEnd, type SeenRun, type Setting, targetsOf } from '#tests/support/change.ts';
import { PASSWORD, type PersonKey } from '#tests/support/people.ts';
import { openTestConsole, readRecord, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let console_: TestConsole;
let place: TestTarget;
let setting: Setting;

beforeAll(async () => {
	console_ = await openTestConsole();
});
afterAll(() => console_?.close());
beforeEach(async () => {
	place = await openTestTarget();
	setting = { console: console_, target: place.define() };
});
afterEach(async () => {
	await console_.sql(`update run set status = 'restored' where status in ('queued', 'running', 'awaiting_restore', 'restoring')`);
	await place?.close();
});

const asked = (name: string, value: boolean) => ({ name, role: 'ehg_app', sql: `select ${value}`, expect: { value: true } });

/** Before COMMIT every smoke test passes; once the marker is committed two of three fail. */
async function committedAndFailing(): Promise<SeenRun & { changeId: string }> {
	const isInside = `select exists (select from pg_stat_activity where pid = pg_backend_pid() and application_name like 'countersign run%')`;
	const inside = (name: string) => ({ name, role: 'ehg_app', sql: isInside, expect: { value: true } });
	const { change, ...run } = await runBundle(setting, {
		files: { '1.sql': 'create table eng.made (id int)' },
		manifest: { smokeTests: [inside('orders open'), asked('teams are read', true), inside('rates are fresh')] },
	});
	return { ...run, changeId: change.changeId };
}

/** What the inbox asks this person to decide. */
async function decisionsFor(person: PersonKey): Promise<string[]> {
	const ask = { store: console_.store, targets: targetsOf(setting.target), actor: await console_.actor(person), now: new Date() };
	const { items } = await readWaiting(ask);
	return items.filter(({ kind }) => kind === 'restore').map(({ what }) => what);
}

type Word = { capacity: 'operator' | 'dba'; person: PersonKey; price?: string; maintenanceOff?: boolean; password?: string };

async function keep(runId: string, { capacity, person, price, maintenanceOff = true, password = PASSWORD }: Word) {
	const digest = price ?? (await priceKeep(console_.store, runId)).digest;
	const actor = await console_.actor(person);
	return confirmKeep({
		store: console_.store,
		actor,
		runId,
		capacity,
		price: digest,
		maintenanceOff,
		password,
		address: ADDRESS,
		enqueue: noQueue,
	});
}

test('two people keep a change although checks fail: it stays committed, and the run says what failed and who kept it', async () => {
	const { runId, status, failure, changeId } = await committedAndFailing();
	expect(status).toBe('awaiting_restore');
	expect(failure?.message).toContain('2 of 3 smoke tests fail: orders open, rates are fresh.');
	const price = await priceKeep(console_.store, runId);
	expect(keepPriceWords(price)).toBe('2 of 3 smoke tests fail: orders open, rates are fresh.');

	expect(await keep(runId, { capacity: 'operator', person: 'olga', password: 'wrong' })).toMatchObject({ ok: false });
	expect(await keep(runId, { capacity: 'operator', person: 'dana' })).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
	expect(await keep(runId, { capacity: 'operator', person: 'olga', price: 'a'.repeat(64) })).toMatchObject({
		ok: false,
		refusal: { code: 'conflict' },
	});
	expect(expectOk(await keep(runId, { capacity: 'operator', person: 'olga' }))).toEqual({ isKept: false });
	expect(await readRun(console_, runId)).toMatchObject({ status: 'awaiting_restore' });
	const told = `select seq from outbox join record_entry using (seq) where kind = 'keep.confirmed'`;
	expect(await console_.sql(told)).toHaveLength(1); // The second person is told by every road that they chose.
	expect(await decisionsFor('olga')).toEqual([]);
	expect(await decisionsFor('dana')).toEqual([expect.stringMatching(/Olga .* would keep the change: you must be the second to confirm/)]);
	expect(await keep(runId, { capacity: 'dba', person: 'dana', maintenanceOff: false })).toMatchObject({
		ok: false,
		refusal: { message: expect.stringContaining('said that maintenance mode goes off') },
	});
	expect(expectOk(await keep(runId, { capacity: 'dba', person: 'dana' }))).toEqual({ isKept: true });
	const press = await abortRun({ store: console_.store, actor: await console_.actor('olga'), runId, reason: 'no' });
	expect(press).toMatchObject({ ok: false, refusal: { message: expect.stringContaining('Two people have decided to keep') } });

	expect(await runToEnd(setting, runId)).toMatchObject({ status: 'kept', changeStatus: 'kept', truth: { kind: 'committed' } });
	expect(await place.sql(`select to_regclass('eng.made') is not null as made`)).toEqual([{ made: 't' }]);
	expect(await place.sql('select count(*) as n from countersign.pending')).toEqual([{ n: '0' }]);
	expect(place.application.maintenance()).toBe(false);
	expect(await console_.sql('select status from change where id = $1', [changeId])).toEqual([{ status: 'kept' }]);
	const entries = (await readRecord(console_)).filter((entry) => entry.subject.runId === runId);
	expect(entries.filter(({ kind }) => kind === 'keep.confirmed').map(({ data }) => data)).toMatchObject([
		{ capacity: 'operator', isKept: false, maintenanceOff: true, price: { failed: ['orders open', 'rates are fresh'] } },
		{ capacity: 'dba', isKept: true },
	]);
	expect(entries.find(({ kind }) => kind === 'run.ended')?.data).toMatchObject({
		outcome: 'kept',
		summary: expect.stringMatching(/kept by Olga .* and Dana .* although checks fail\. 2 of 3 smoke tests fail/),
	});
});

test('maintenance mode stays on unless they say that it goes off', async () => {
	const { runId } = await committedAndFailing();
	for (const [capacity, person] of [
		['operator', 'olga'],
		['dba', 'dana'],
	] as const)
		expectOk(await keep(runId, { capacity, person, maintenanceOff: false }));
	expect(await runToEnd(setting, runId)).toMatchObject({ status: 'kept' });
	expect(place.application.maintenance()).toBe(true);
});

test('the smoke tests are asked again: what was said about keeping counts no more, and a run that then passes has succeeded', async () => {
	place.application.misbehave.set('GET health', 'fail');
	const { runId } = await runBundle(setting, { files: { '1.sql': 'create table eng.made (id int)' } });
	expect(keepPriceWords(await priceKeep(console_.store, runId))).toBe('No smoke test is named. The application’s health check fails.');
	expectOk(await keep(runId, { capacity: 'operator', person: 'olga' }));
	place.application.misbehave.clear();
	expectOk(await askSmokeTestsAgain({ store: console_.store, actor: await console_.actor('olga'), runId, enqueue: noQueue }));
	expect(await console_.sql('select count(*) as n from keep_confirmation where run_id = $1', [runId])).toEqual([{ n: '0' }]);
	expect(await runToEnd(setting, runId)).toMatchObject({ status: 'succeeded' });
	const end = (await readRecord(console_)).find(({ kind, subject }) => kind === 'run.ended' && subject.runId === runId);
	expect(end?.data.summary).toContain('No smoke test was named; the application’s health check answered.');
	expect(end?.data.summary).not.toContain('every smoke test');
});

test('the database itself refuses to keep a change without the word of two people about the same failures', async () => {
	const { runId } = await committedAndFailing();
	const price = await priceKeep(console_.store, runId);
	const kept = JSON.stringify({ price, maintenanceOff: true, by: { operator: 'a', dba: 'b' } });
	await expect(console_.sql('update run set kept = $2 where id = $1', [runId, kept])).rejects.toThrow(/needs the word of two people/);
	expectOk(await keep(runId, { capacity: 'operator', person: 'olga' }));
	await expect(console_.sql('update run set kept = $2 where id = $1', [runId, kept])).rejects.toThrow(/needs the word of two people/);
	await expect(console_.sql(`update run set status = 'kept' where id = $1`, [runId])).rejects.toThrow(/who_keeps_a_change_is_known/);
});
