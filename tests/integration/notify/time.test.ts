import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { standBy } from '#lib/change/stand-by.ts';
import { askResponders } from '#lib/notify/ask-responders.ts';
import { deliverAll } from '#lib/notify/deliver.ts';
import { dropOldDeliveries } from '#lib/notify/drop-old-deliveries.ts';
import { warnOfExpiry } from '#lib/notify/warn-of-expiry.ts';
import { expireChanges } from '#lib/signatures/expire-changes.ts';
import { expectOk, fileChange, type Setting, signAll, targetsOf } from '#tests/support/change.ts';
import { NO_ROADS } from '#tests/support/roads/no-roads.ts';
import { openTestConsole, readRecord, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

// What time brings about. The clock is given, and the signatures' own times are moved in the database.

const BUNDLE = { files: { '1.sql': 'create table eng.made (id int)' } };
const MINUTE_MS = 60_000;

let place: TestTarget;
let console_: TestConsole;

beforeAll(async () => {
	place = await openTestTarget();
});
afterAll(() => place?.close());
beforeEach(async () => {
	console_ = await openTestConsole();
	return () => console_.close();
});

const kinds = async (kind: string) => (await readRecord(console_)).filter((entry) => entry.kind === kind);
/** Whom the messages of one kind name, by what they say. */
const told = (notice: string) =>
	console_.sql<{ headline: string; names: string }>(
		`select message->>'headline' as headline, (select string_agg(p->>'name', ', ') from jsonb_array_elements(message->'people') p) as names
		   from delivery where notice = $1 order by created_at`,
		[notice],
	);
const deliver = (setting: Setting) =>
	deliverAll({ store: console_.store, targets: targetsOf(setting.target), roads: { ...NO_ROADS, chat: { url: 'http://127.0.0.1:9' } } });

test('a change about to expire is told once, and its end once, to those who can do something about it', async () => {
	const setting = { console: console_, target: place.define() };
	const change = await fileChange(setting, BUNDLE);
	await signAll(setting, change, ['dba', 'security_officer']);
	const { store } = console_;
	const [{ first } = { first: '' }] = await console_.sql<{ first: string }>('select min(expires_at) as first from signature');
	const end = new Date(`${first.replace(' ', 'T')}:00`).getTime();
	await warnOfExpiry({ store, now: new Date(end - 121 * MINUTE_MS) });
	expect(await kinds('change.expires_soon')).toEqual([]);
	const soon = { store, now: new Date(end - 119 * MINUTE_MS) };
	await Promise.all([warnOfExpiry(soon), warnOfExpiry(soon)]);
	await warnOfExpiry(soon);
	expect(await kinds('change.expires_soon')).toHaveLength(1);
	await deliver(setting);
	expect(await told('expires_soon')).toEqual([
		{ headline: expect.stringMatching(`CHG-${change.number} expires at `), names: 'Charles Nwosu, Mei Tanaka, Rui Almeida' },
	]);
	await console_.sql(`alter table signature disable trigger signature_may_only_be_revoked; update signature set expires_at = now()`);
	await expireChanges(store);
	await expireChanges(store);
	await warnOfExpiry({ store, now: new Date() });
	await deliver(setting);
	expect(await told('expired')).toEqual([{ headline: `CHG-${change.number} has expired`, names: 'Dana Brandt, Rui Almeida, Samir Osei' }]);
	expect(await kinds('change.expires_soon')).toHaveLength(1);
});

test('responders are asked once for each opening of the window, half an hour before, and not when they stand by', async () => {
	const target = place.define((definition) => Object.assign(definition, { window: { daily: { from: '02:00', to: '04:00' } } }));
	const setting = { console: console_, target };
	const change = await fileChange(setting, BUNDLE, { responders: ['olga', 'otto'] });
	await signAll(setting, change);
	const ask = (at: string) => askResponders({ store: console_.store, targets: targetsOf(target), now: new Date(at) });
	await ask('2030-01-01T01:29:00Z');
	expect(await kinds('responders.asked')).toEqual([]);
	await Promise.all([ask('2030-01-01T01:31:00Z'), ask('2030-01-01T01:31:00Z')]);
	for (const at of ['01:32', '02:00', '03:59', '04:00']) await ask(`2030-01-01T${at}:00Z`);
	expect(await kinds('responders.asked')).toMatchObject([
		{ data: { asked: ['Olga Petrov', 'Otto Berg'], opens: '2030-01-01T02:00:00.000Z' } },
	]);
	await ask('2030-01-02T02:30:00Z');
	expect(await kinds('responders.asked')).toHaveLength(2);
	await deliver(setting);
	expect((await told('stand_by')).map(({ names }) => names)).toEqual(['Olga Petrov, Otto Berg', 'Olga Petrov, Otto Berg']);
});

test('an armed start has its responders asked before it, and who stands by is not asked', async () => {
	const target = place.define((definition) => Object.assign(definition, { window: { daily: { from: '00:00', to: '24:00' } } }));
	const setting = { console: console_, target };
	const change = await fileChange(setting, BUNDLE, { responders: ['olga', 'otto'] });
	await signAll(setting, change);
	const { store } = console_;
	expectOk(await standBy({ store, actor: await console_.actor('otto'), changeId: change.changeId }));
	const startsAt = new Date(Date.now() + 45 * MINUTE_MS);
	await store.armedStart.create({
		data: { changeId: change.changeId, digest: change.digest, target: target.name, startsAt, operatorId: await console_.idOf('ines') },
	});
	const ask = (minutesBefore: number) =>
		askResponders({ store, targets: targetsOf(target), now: new Date(startsAt.getTime() - minutesBefore * MINUTE_MS) });
	await ask(31);
	expect(await kinds('responders.asked')).toEqual([]);
	await ask(29);
	await ask(28);
	expect(await kinds('responders.asked')).toMatchObject([{ data: { asked: ['Olga Petrov'], armed: true } }]);
});

test('what was delivered is forgotten after 90 days, and what was not yet is kept', async () => {
	const setting = { console: console_, target: place.define() };
	await fileChange(setting, BUNDLE);
	await fileChange(setting, BUNDLE);
	await deliver(setting);
	await console_.sql(`update delivery set state = 'failed', ended_at = now() where id = (select min(id::text)::uuid from delivery)`);
	const { store } = console_;
	await dropOldDeliveries({ store, now: new Date(Date.now() + 89 * 86_400_000) });
	expect(await store.delivery.count()).toBe(2);
	await dropOldDeliveries({ store, now: new Date(Date.now() + 91 * 86_400_000) });
	expect(await store.delivery.findMany({ select: { state: true } })).toEqual([{ state: 'waiting' }]);
});
