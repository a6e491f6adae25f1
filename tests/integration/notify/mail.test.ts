import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { deliverAll } from '#lib/notify/deliver.ts';
import type { Roads } from '#lib/notify/roads.ts';
import { fileChange, type Setting, sign, targetsOf } from '#tests/support/change.ts';
import { type MailServer, startMailServer } from '#tests/support/roads/mail-server.ts';
import { NO_ROADS } from '#tests/support/roads/no-roads.ts';
import { openTestConsole, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

const BUNDLE = { files: { '1.sql': 'create table eng.made (id int)' } };

let place: TestTarget;
let console_: TestConsole;
let setting: Setting;
let server: MailServer;

beforeAll(async () => {
	place = await openTestTarget();
});
afterAll(() => place?.close());
beforeEach(async () => {
	console_ = await openTestConsole();
	setting = { console: console_, target: place.define() };
	server = await startMailServer();
});
afterEach(async () => {
	await server?.close();
	await console_?.close();
});

const roads = (smtpUrl = server.url): Roads => ({ ...NO_ROADS, mail: { smtpUrl, from: 'Countersign <countersign@console.example>' } });
const deliver = (by = roads()) => deliverAll({ store: console_.store, targets: targetsOf(setting.target), roads: by });
/** The pause after an attempt that failed is over. */
const later = () => console_.sql(`update delivery set next_at = now() where state = 'waiting'`);
const deliveries = () =>
	console_.sql<{ state: string; attempts: string; last_error: string | null }>(
		'select state, attempts, last_error from delivery order by created_at, id',
	);
const recipients = () => server.mails.flatMap((mail) => [mail.to].flat().map((to) => to?.text));

test('whose turn it is gets a mail with one link, and nobody else does', async () => {
	const { number } = await fileChange(setting, BUNDLE);
	await deliver();
	expect(recipients().sort()).toEqual(
		['"Dana Brandt" <dana@example.test>', '"Dario Conti" <dario@example.test>', '"Mei Tanaka" <mei@example.test>'].sort(),
	);
	const [mail] = server.mails;
	expect(mail?.subject).toBe(`Your turn to sign CHG-${number} as Database Administrator: A change of the tests`);
	const link = `https://console.example/changes/${number}/sign?seat=dba`;
	expect(mail?.text).toContain(link);
	expect(String(mail?.html)).toContain(`href="${link}"`);
	expect(mail?.text).toMatch(/Nothing can be signed, approved or stopped from this message/);
});

test('a signature asks the next seat, and leaves out who has signed', async () => {
	const change = await fileChange(setting, BUNDLE);
	await sign(setting, change, { seat: 'dba', person: 'dario' });
	await deliver();
	const asked = server.mails.filter((mail) => mail.subject?.includes('as Security Officer'));
	expect(asked.map((mail) => [mail.to].flat()[0]?.text).sort()).toEqual([
		'"Mei Tanaka" <mei@example.test>',
		'"Samir Osei" <samir@example.test>',
	]);
	// The seat that is taken by now is asked no more.
	expect(server.mails).toHaveLength(2);
});

test('what is not committed is told to nobody', async () => {
	await console_.sql(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
		create constraint trigger refuse after insert on change initially deferred for each row execute function refuse()`);
	await expect(fileChange(setting, BUNDLE)).rejects.toThrow();
	expect(await console_.sql('select seq from outbox')).toEqual([]);
	await deliver();
	expect(server.mails).toEqual([]);
});

test('a server that says later is asked again, longer and longer after, until it takes the mail', async () => {
	server.misbehave('later');
	await fileChange(setting, BUNDLE);
	await deliver();
	const due = await console_.sql<{ s: string }>('select round(extract(epoch from next_at - now())) as s from delivery');
	expect(due.every(({ s }) => Number(s) > 5 && Number(s) <= 10)).toBe(true);
	await deliver();
	expect(server.tries()).toBe(3);
	await later();
	await deliver();
	const [again] = await console_.sql<{ s: string }>('select round(extract(epoch from next_at - now())) as s from delivery');
	expect(Number(again?.s)).toBeGreaterThan(10);
	expect(await deliveries()).toEqual(
		Array(3).fill({ state: 'waiting', attempts: '2', last_error: expect.stringContaining('try again later') }),
	);
	server.misbehave(null);
	await later();
	await deliver();
	expect(await deliveries()).toEqual(Array(3).fill({ state: 'sent', attempts: '3', last_error: null }));
	expect(server.mails).toHaveLength(3);
});

test('an address that is not there is given up at once, and it is kept why', async () => {
	server.misbehave('nobody');
	await fileChange(setting, BUNDLE);
	await deliver();
	expect(await deliveries()).toEqual(
		Array(3).fill({ state: 'failed', attempts: '1', last_error: expect.stringContaining('no such user here') }),
	);
});

test('a server that is not there is tried for hours and then given up, and no password is kept', async () => {
	await server.close();
	const gone = server.url.replace('smtp://', 'smtp://countersign:hunter2-hunter2@');
	await fileChange(setting, BUNDLE);
	for (let attempt = 0; attempt < 17; attempt += 1) {
		await deliver(roads(gone));
		await later();
	}
	expect(await deliveries()).toEqual(
		Array(3).fill({ state: 'failed', attempts: '17', last_error: expect.stringContaining('ECONNREFUSED') }),
	);
	expect(JSON.stringify(await deliveries())).not.toContain('hunter2');
	server = await startMailServer();
});

test('a mail that the server took before the line was cut goes out again under the same Message-ID', async () => {
	server.misbehave('twice');
	await fileChange(setting, BUNDLE);
	await deliver();
	server.misbehave(null);
	await later();
	await deliver();
	const ids = server.mails.map((mail) => mail.messageId);
	expect(ids).toHaveLength(6);
	expect(new Set(ids).size).toBe(3);
	expect((await deliveries()).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent']);
});

test('a server that takes the mail and never answers is let go of', { timeout: 40_000 }, async () => {
	server.misbehave('hang');
	await fileChange(setting, BUNDLE);
	await deliver();
	expect((await deliveries()).map(({ state, attempts }) => ({ state, attempts }))).toEqual(
		Array(3).fill({ state: 'waiting', attempts: '1' }),
	);
});

test('two workers send each mail once', async () => {
	await fileChange(setting, BUNDLE);
	await Promise.all([deliver(), deliver(), deliver()]);
	await deliver();
	expect(new Set(recipients()).size).toBe(3);
	expect(recipients()).toHaveLength(3);
});

test('a password goes out on an encrypted line only', async () => {
	const plain = server.url.replace('smtp://', 'smtp://countersign:hunter2-hunter2@');
	await fileChange(setting, BUNDLE);
	await deliver(roads(plain));
	expect(server.mails).toEqual([]);
	expect(await deliveries()).toEqual(
		Array(3).fill({ state: 'waiting', attempts: '1', last_error: expect.stringMatching(/TLS|STARTTLS/i) }),
	);
});
