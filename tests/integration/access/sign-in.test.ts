import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { confirmPassword } from '#lib/access/confirm-password.ts';
import { findActor } from '#lib/access/find-actor.ts';
import { hashPassword } from '#lib/access/password.ts';
import { revokeSessions } from '#lib/access/revoke-sessions.ts';
import { signIn } from '#lib/access/sign-in.ts';
import { signOut } from '#lib/access/sign-out.ts';
import { openStore, type Store } from '#lib/store/client.ts';
import { migrateConsole } from '#scripts/set-up/migrate-console.ts';
import { prepareConsole } from '#scripts/set-up/prepare-console.ts';
import { type Cluster, startCluster } from '#tests/support/cluster.ts';

const PASSWORD = 'correct horse';
let cluster: Cluster;
let store: Store;
let person: { id: string; email: string };
let people = 0;
let passwordHash: string;

beforeAll(async () => {
	cluster = await startCluster();
	const owner = { user: 'countersign_owner', password: 'owner' };
	const app = { user: 'countersign_app', password: 'app' };
	await prepareConsole(cluster.url, { database: 'console', owner, app });
	const url = ({ user, password }: typeof owner) => `postgresql://${user}:${password}@127.0.0.1:${cluster.port}/console`;
	await migrateConsole({ ownerUrl: url(owner) });
	store = openStore(url(app));
	passwordHash = await hashPassword(PASSWORD);
}, 60_000);

afterAll(async () => {
	await store?.$disconnect();
	await cluster?.destroy();
});

beforeEach(async () => {
	people += 1;
	const roles = { create: [{ role: 'dba' }, { role: 'auditor' }] };
	person = await store.person.create({ data: { email: `dana${people}@example.org`, name: 'Dana Brandt', passwordHash, roles } });
});

/** Each test has an address of its own, unless it says otherwise. */
function attempt(password: string, address = `192.0.2.${people}`) {
	return signIn({ store, email: person.email, password, address });
}

async function signedIn(): Promise<{ sessionId: string; personId: string }> {
	const result = await attempt(PASSWORD);
	if (!result.ok) throw new Error(result.refusal.message);
	return result.value;
}

function entries(kind: string) {
	return store.recordEntry.findMany({ where: { kind }, orderBy: { seq: 'asc' } });
}

describe('signing in', () => {
	test('opens a session of 8 hours and records it', async () => {
		const before = await entries('person.signed_in');
		const { sessionId } = await signedIn();
		const session = await store.session.findUniqueOrThrow({ where: { id: sessionId } });
		expect(session.expiresAt.getTime() - session.createdAt.getTime()).toBeCloseTo(8 * 3_600_000, -4);
		const after = await entries('person.signed_in');
		expect(after).toHaveLength(before.length + 1);
		expect(after.at(-1)?.actorId).toBe(person.id);
	});

	test('does not mind the case of the email', async () => {
		expect(await signIn({ store, email: ` ${person.email.toUpperCase()} `, password: PASSWORD, address: 'a' })).toMatchObject({ ok: true });
	});

	test('refuses an unknown person, a wrong password and an inactive person in the same words, and opens nothing', async () => {
		const sessions = await store.session.count();
		const wrong = await attempt('wrong');
		const unknown = await signIn({ store, email: 'nobody@example.org', password: PASSWORD, address: 'b' });
		await store.person.update({ where: { id: person.id }, data: { active: false } });
		const inactive = await attempt(PASSWORD);
		expect(wrong).toMatchObject({ ok: false, refusal: { code: 'not_signed_in' } });
		expect(unknown).toEqual(wrong);
		expect(inactive).toEqual(wrong);
		expect(await store.session.count()).toBe(sessions);
	});

	test('records a refusal without what was typed', async () => {
		await signIn({ store, email: 'typed-secret', password: 'typed-secret', address: 'c' });
		const last = (await entries('person.sign_in_refused')).at(-1);
		const body = Buffer.from(last?.body ?? []).toString('utf8');
		expect(JSON.parse(body)).toMatchObject({ data: { reason: 'unknown_person', address: 'c' } });
		expect(body).not.toContain('typed-secret');
	});
});

// Each try costs a whole hash, and hashes run two at a time.
describe('throttling', { timeout: 60_000 }, () => {
	test('stops one account from one address after 8 wrong passwords, even for the right one', async () => {
		for (let i = 0; i < 8; i++) expect(await attempt('wrong')).toMatchObject({ refusal: { code: 'not_signed_in' } });
		expect(await attempt(PASSWORD)).toMatchObject({
			ok: false,
			refusal: { code: 'throttled', message: expect.stringMatching(/in 15 minutes/) },
		});
	});

	test('does not lock the owner out who comes from another address', async () => {
		for (let i = 0; i < 9; i++) await attempt('wrong', '198.51.100.1');
		expect(await attempt(PASSWORD, '198.51.100.2')).toMatchObject({ ok: true });
	});

	test('lets no more through when thirty come at the same moment', async () => {
		const tries = await Promise.all(Array.from({ length: 30 }, () => attempt('wrong')));
		const codes = tries.map((one) => (one.ok ? 'ok' : one.refusal.code));
		expect(codes.filter((code) => code === 'not_signed_in').length).toBe(8);
		expect(codes.filter((code) => code === 'throttled').length).toBe(22);
	});

	test('stops an address after 60 wrong passwords, whoever they were for', async () => {
		const address = '203.0.113.60';
		await store.signInFailure.createMany({ data: Array.from({ length: 60 }, () => ({ key: `address ${address}` })) });
		expect(await attempt(PASSWORD, address)).toMatchObject({ refusal: { code: 'throttled' } });
	});

	test('forgets after 15 minutes, and does not count right passwords', async () => {
		const address = '203.0.113.61';
		const at = new Date(Date.now() - 15 * 60_000 - 1000);
		await store.signInFailure.createMany({ data: Array.from({ length: 60 }, () => ({ key: `address ${address}`, at })) });
		expect(await attempt(PASSWORD, address)).toMatchObject({ ok: true });
		expect(await store.signInFailure.count({ where: { key: `address ${address}` } })).toBe(0);
	});
});

describe('a session', () => {
	test('yields the person with the roles of this moment', async () => {
		const session = await signedIn();
		expect(await findActor(store, session)).toMatchObject({ id: person.id, roles: ['dba', 'auditor'], sessionId: session.sessionId });
		await store.personRole.deleteMany({ where: { personId: person.id, role: 'dba' } });
		expect((await findActor(store, session))?.roles).toEqual(['auditor']);
	});

	test.each([
		['revoked', { revokedAt: new Date() }],
		['idle for 15 minutes', { lastSeenAt: new Date(Date.now() - 15 * 60_000 - 1000) }],
		['8 hours old', { expiresAt: new Date(Date.now() - 1000) }],
	])('is over when %s', async (_why, data) => {
		const session = await signedIn();
		await store.session.update({ where: { id: session.sessionId }, data });
		expect(await findActor(store, session)).toBeNull();
	});

	test('is over when its person is no longer active, and is nobody else’s', async () => {
		const session = await signedIn();
		expect(await findActor(store, { ...session, personId: '00000000-0000-4000-8000-000000000000' })).toBeNull();
		await store.person.update({ where: { id: person.id }, data: { active: false } });
		expect(await findActor(store, session)).toBeNull();
	});

	test('notes that its person was seen, at most every 30 seconds', async () => {
		const session = await signedIn();
		const seen = async () => (await store.session.findUniqueOrThrow({ where: { id: session.sessionId } })).lastSeenAt.getTime();
		const first = await seen();
		await findActor(store, session);
		expect(await seen()).toBe(first);
		await store.session.update({ where: { id: session.sessionId }, data: { lastSeenAt: new Date(first - 60_000) } });
		await findActor(store, session);
		expect(await seen()).toBeGreaterThanOrEqual(first);
	});

	test('ends when signed out, once, and the record says so', async () => {
		const session = await signedIn();
		const before = await entries('person.signed_out');
		await signOut({ store, sessionId: session.sessionId });
		await signOut({ store, sessionId: session.sessionId });
		expect(await findActor(store, session)).toBeNull();
		expect(await entries('person.signed_out')).toHaveLength(before.length + 1);
	});

	test('ends with all others of the person when they are revoked', async () => {
		const sessions = [await signedIn(), await signedIn()];
		expect(await revokeSessions({ store, personId: person.id, actor: { id: null, name: 'system' } })).toBe(2);
		expect(await Promise.all(sessions.map((session) => findActor(store, session)))).toEqual([null, null]);
	});
});

describe('confirming the password', { timeout: 60_000 }, () => {
	async function actorNow(): Promise<Actor> {
		const actor = await findActor(store, await signedIn());
		if (!actor) throw new Error('not signed in');
		return actor;
	}

	test('returns the factor for the right password', async () => {
		expect(await confirmPassword({ store, actor: await actorNow(), password: PASSWORD })).toBe('password');
	});

	test('refuses a wrong one, and after 5 also the right one', async () => {
		const actor = await actorNow();
		for (let i = 0; i < 5; i++) {
			await expect(confirmPassword({ store, actor, password: 'wrong' })).rejects.toMatchObject({ code: 'forbidden' });
		}
		await expect(confirmPassword({ store, actor, password: PASSWORD })).rejects.toMatchObject({ code: 'throttled' });
	});
});
