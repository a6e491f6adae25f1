import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openMetrics } from '#lib/health/metrics.ts';
import { choicesSchema, chooseNotices, readChoices } from '#lib/notify/choose-notices.ts';
import { deliverAll } from '#lib/notify/deliver.ts';
import type { Roads } from '#lib/notify/roads.ts';
import { sendAgain } from '#lib/notify/send-again.ts';
import { readDeliveries } from '#lib/views/read-deliveries.ts';
import { approvedChange, execute, fileChange, runBundle, type Setting, targetsOf } from '#tests/support/change.ts';
import { NO_ROADS } from '#tests/support/roads/no-roads.ts';
import { startWebhookReceiver, type WebhookReceiver } from '#tests/support/roads/webhook-receiver.ts';
import { openTestConsole, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

const BUNDLE = { files: { '1.sql': 'create table eng.made (id int)' } };
const SECRET = `whsec_${Buffer.from('a secret of the tests, of 32 bytes').toString('base64')}`;

let place: TestTarget;
let console_: TestConsole;
let setting: Setting;
let receiver: WebhookReceiver;

beforeAll(async () => {
	place = await openTestTarget();
});
afterAll(() => place?.close());
beforeEach(async () => {
	console_ = await openTestConsole();
	setting = { console: console_, target: place.define() };
	receiver = await startWebhookReceiver();
});
afterEach(async () => {
	await receiver?.close();
	await console_?.close();
});

const signed = (): Roads => ({ ...NO_ROADS, webhook: { url: receiver.url, secret: SECRET } });
const chat = (): Roads => ({ ...NO_ROADS, chat: { url: receiver.url } });
const deliver = (roads: Roads) => deliverAll({ store: console_.store, targets: targetsOf(setting.target), roads });
/** The pause after an attempt that failed is over. */
const later = () => console_.sql(`update delivery set next_at = now() where state = 'waiting'`);
const deliveries = () =>
	console_.sql<{ state: string; attempts: string; last_error: string | null }>('select state, attempts, last_error from delivery');

describe('the signed webhook', () => {
	test('says what happened, whom it concerns, and where to read on; a library of its standard accepts the signature', async () => {
		const { number } = await fileChange(setting, BUNDLE);
		await deliver(signed());
		expect(receiver.received).toHaveLength(1);
		const [{ headers, body } = { headers: {}, body: '' }] = receiver.received;
		expect(new Webhook(SECRET).verify(body, headers)).toMatchObject({
			v: 1,
			id: headers['webhook-id'],
			type: 'your_turn',
			change: `CHG-${number}`,
			target: setting.target.name,
			link: `https://console.example/changes/${number}/sign?seat=dba`,
			people: [{ name: 'Dana Brandt' }, { name: 'Dario Conti' }, { name: 'Mei Tanaka' }],
		});
	});

	test('is refused by a receiver when a byte of it is another, and when it is played again later', async () => {
		await fileChange(setting, BUNDLE);
		await deliver(signed());
		const [{ headers, body } = { headers: {} as Record<string, string>, body: '' }] = receiver.received;
		const receive = new Webhook(SECRET);
		expect(() => receive.verify(body.replace('dba', 'dbb'), headers)).toThrow();
		const old = String(Number(headers['webhook-timestamp']) - 600);
		expect(() => receive.verify(body, { ...headers, 'webhook-timestamp': old })).toThrow(/timestamp/i);
		expect(() => receive.verify(body, { ...headers, 'webhook-id': '00000000-0000-4000-8000-000000000000' })).toThrow();
		const another = `whsec_${Buffer.from('another secret, of the same length').toString('base64')}`;
		expect(() => new Webhook(another).verify(body, headers)).toThrow();
	});

	test('whose answer was lost is sent again under the same id', async () => {
		receiver.misbehave('lost');
		await fileChange(setting, BUNDLE);
		await deliver(signed());
		receiver.misbehave(null);
		await later();
		await deliver(signed());
		const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
		expect(ids).toHaveLength(2);
		expect(new Set(ids).size).toBe(1);
		expect(await deliveries()).toEqual([{ state: 'sent', attempts: '2', last_error: null }]);
	});

	const wrong = [
		{ how: 'fail', says: 'the webhook answered 500' },
		{ how: 'redirect', says: 'the webhook answered 307' },
		{ how: 'hang', says: 'the webhook did not answer within 10 s' },
	] as const;
	test.each(wrong)(
		'that answers by $how is tried again, and the reason kept without its address',
		{ timeout: 40_000 },
		async ({ how, says }) => {
			receiver.misbehave(how);
			await fileChange(setting, BUNDLE);
			await deliver(signed());
			expect(receiver.received).toHaveLength(1); // Nobody followed the redirect.
			expect(await deliveries()).toEqual([{ state: 'waiting', attempts: '1', last_error: says }]);
			receiver.misbehave(null);
			await later();
			await deliver(signed());
			expect(await deliveries()).toEqual([{ state: 'sent', attempts: '2', last_error: null }]);
		},
	);

	test('that answers yes and then talks without end is let go of', async () => {
		receiver.misbehave('drip');
		await fileChange(setting, BUNDLE);
		await deliver(signed());
		expect(await deliveries()).toEqual([{ state: 'sent', attempts: '1', last_error: null }]);
	});

	test('that does not answer keeps no other road waiting', { timeout: 40_000 }, async () => {
		const other = await startWebhookReceiver();
		try {
			receiver.misbehave('hang');
			await fileChange(setting, BUNDLE);
			const delivering = deliver({ ...signed(), chat: { url: other.url } });
			await expect.poll(() => other.received.length).toBe(1);
			expect((await deliveries()).map(({ state }) => state).sort()).toContain('waiting');
			await delivering;
		} finally {
			await other.close();
		}
	});
});

describe('chat', () => {
	test('is one message that names those who want it there, and nobody can make it shout', async () => {
		await console_.sql(`update person set name = '<!channel> Dana' where email = 'dana@example.test'`);
		const { number } = await fileChange(setting, BUNDLE);
		await deliver(chat());
		expect(receiver.received).toHaveLength(1);
		const { text } = JSON.parse(receiver.received[0]?.body ?? '{}');
		expect(text).toContain(`*Your turn to sign CHG-${number} as Database Administrator*`);
		expect(text).toContain(`<https://console.example/changes/${number}/sign?seat=dba|Read CHG-${number} and decide>`);
		expect(text).toContain('For &lt;!channel&gt; Dana, Dario Conti, Mei Tanaka');
		expect(text).not.toContain('<!channel>');
	});

	test('leaves out who does not want it there, and says nothing when nobody does', async () => {
		const dana = await console_.actor('dana');
		const { store } = console_;
		expect((await readChoices(store, dana.id)).your_turn).toEqual({ mail: true, chat: true, webhook: true });
		await chooseNotices({ store, actor: dana, choices: choicesSchema.parse({ 'your_turn.mail': 'on' }) });
		expect((await readChoices(store, dana.id)).your_turn).toEqual({ mail: true, chat: false, webhook: false });
		await fileChange(setting, BUNDLE);
		await deliver(chat());
		expect(JSON.parse(receiver.received[0]?.body ?? '{}').text).toContain('For Dario Conti, Mei Tanaka');
		for (const name of ['dario', 'mei'] as const)
			await chooseNotices({ store, actor: await console_.actor(name), choices: choicesSchema.parse({}) });
		await fileChange(setting, BUNDLE);
		await deliver(chat());
		expect(receiver.received).toHaveLength(1);
	});

	test('a choice of what there is not is refused', () => {
		for (const name of ['your_turn.pigeon', 'everything.mail', 'your_turn']) expect(() => choicesSchema.parse({ [name]: 'on' })).toThrow();
	});
});

describe('a target’s own channel', () => {
	test('hears of its runs, whoever wants what, and of nothing else', async () => {
		process.env.TEST_CHANNEL = receiver.url;
		setting.target = place.define((definition) => Object.assign(definition, { channel: { chat: { env: 'TEST_CHANNEL' } } }));
		await runBundle(setting, BUNDLE);
		const texts = receiver.received.map(({ body }) => JSON.parse(body).text).sort();
		expect(texts).toEqual([expect.stringMatching(/^\*CHG-\d+ is running on ehg\*/), expect.stringMatching(/on ehg: succeeded\*/)]);
		expect(texts[1]).toMatch(/\n<https:\/\/console\.example\/runs\/[^|]+\|Open run \d+ of CHG-\d+>$/);
	});

	test('may be a signed webhook; a secret that is not set is named, and given up never', async () => {
		process.env.TEST_CHANNEL = receiver.url;
		delete process.env.TEST_CHANNEL_SECRET;
		const channel = { webhook: { env: 'TEST_CHANNEL' }, secret: { env: 'TEST_CHANNEL_SECRET' } };
		setting.target = place.define((definition) => Object.assign(definition, { channel }));
		await execute(setting, await approvedChange(setting, BUNDLE));
		await deliver(NO_ROADS);
		const why = 'the environment variable TEST_CHANNEL_SECRET is not set';
		expect(await deliveries()).toEqual([{ state: 'waiting', attempts: '1', last_error: why }]);
		const metrics = openMetrics({ store: console_.store, queueDepth: async () => ({ waiting: 0, active: 0 }), openStreams: () => 0 });
		expect(await metrics.metrics()).toContain('countersign_deliveries{road="channel",state="retried"} 1');
		process.env.TEST_CHANNEL_SECRET = SECRET;
		await later();
		await deliver(NO_ROADS);
		const [{ headers, body } = { headers: {}, body: '' }] = receiver.received;
		expect(new Webhook(SECRET).verify(body, headers)).toMatchObject({ type: 'run_started', target: 'ehg', people: [] });
		expect(await deliveries()).toEqual([{ state: 'sent', attempts: '2', last_error: null }]);
	});
});

describe('what was not delivered', () => {
	test('is seen by administrators, who have it sent again; by nobody else', async () => {
		receiver.misbehave('fail');
		await fileChange(setting, BUNDLE);
		for (let attempt = 0; attempt < 17; attempt += 1) {
			await deliver(signed());
			await later();
		}
		const { store } = console_;
		expect(await readDeliveries(store)).toMatchObject({
			troubled: [{ isGivenUp: true, attempts: 17, road: 'Webhook', error: 'the webhook answered 500' }],
		});
		expect(await sendAgain({ store, actor: await console_.actor('dana') })).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
		receiver.misbehave(null);
		await deliver(signed());
		expect((await deliveries()).map(({ state }) => state)).toEqual(['failed']);
		expect(await sendAgain({ store, actor: await console_.actor('ada') })).toEqual({ ok: true, value: 1 });
		await deliver(signed());
		expect((await deliveries()).map(({ state }) => state)).toEqual(['sent']);
		expect((await readDeliveries(store)).troubled).toEqual([]);
	});

	test('an entry that cannot be told keeps no other waiting, and is tried again', async () => {
		await fileChange(setting, BUNDLE);
		const { number } = await fileChange(setting, BUNDLE);
		await console_.sql(`create function refuse() returns trigger language plpgsql as $$ begin
			if new.entry_seq = (select min(seq) from outbox) then raise exception 'not this one'; end if; return new; end $$;
			create trigger refuse before insert on delivery for each row execute function refuse()`);
		const first = await console_.sql<{ seq: string }>('select min(seq) as seq from outbox');
		await deliver(signed());
		expect(receiver.received.map(({ body }) => JSON.parse(body).change)).toEqual([`CHG-${number}`]);
		expect((await readDeliveries(console_.store)).untold).toMatchObject([
			{ seq: first[0]?.seq, error: expect.stringContaining('not this one') },
		]);
		await console_.sql('drop trigger refuse on delivery; update outbox set next_at = now()');
		await deliver(signed());
		expect(receiver.received).toHaveLength(2);
		expect(await console_.sql('select seq from outbox')).toEqual([]);
	});
});
