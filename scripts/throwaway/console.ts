import { randomBytes } from 'node:crypto';
import type { PgBoss } from 'pg-boss';
import type { Actor } from '#lib/access/actor.ts';
import { findActor } from '#lib/access/find-actor.ts';
import { hashPassword } from '#lib/access/password.ts';
import { signIn } from '#lib/access/sign-in.ts';
import type { Role } from '#lib/domain/roles.ts';
import { openStore, type Store } from '#lib/store/client.ts';
import { openQueue } from '#lib/store/queue.ts';
import { migrateConsole } from '#scripts/set-up/migrate-console.ts';
import { prepareConsole } from '#scripts/set-up/prepare-console.ts';
import type { ThrowawayCluster } from './cluster.ts';

/** The people of a throwaway console, one a role. */
export const CAST = {
	requester: 'Rui Almeida',
	dba: 'Dana Brandt',
	security_officer: 'Samir Osei',
	chairman: 'Charles Nwosu',
	operator: 'Olga Petrov',
} as const;
export type CastRole = keyof typeof CAST;

export type ThrowawayConsole = { store: Store; databaseUrl: string; ownerUrl: string; password: string; close(): Promise<void> };

/** A console's database on a throwaway cluster, migrated, with its people in it. All have the same password. */
export async function openThrowawayConsole(cluster: ThrowawayCluster, database = 'countersign'): Promise<ThrowawayConsole> {
	const secret = () => randomBytes(18).toString('base64url');
	const owner = { user: 'countersign_owner', password: secret() };
	const app = { user: 'countersign_app', password: secret() };
	const urlAs = ({ user, password }: { user: string; password: string }) =>
		`postgresql://${user}:${password}@127.0.0.1:${cluster.port}/${database}`;
	await prepareConsole(cluster.url, { database, owner, app });
	await migrateConsole({ ownerUrl: urlAs(owner) });
	const store = openStore(urlAs(app));
	const password = secret();
	await addPeople(store, password);
	return { store, databaseUrl: urlAs(app), ownerUrl: urlAs(owner), password, close: () => store.$disconnect() };
}

/** Signs a person of the cast in, as the sign-in page does. */
export async function signInAs({ store, password }: Pick<ThrowawayConsole, 'store' | 'password'>, role: CastRole): Promise<Actor> {
	const signedIn = await signIn({ store, email: emailOf(role), password, address: '127.0.0.1' });
	if (!signedIn.ok) throw new Error(`${CAST[role]} could not sign in: ${signedIn.refusal.message}`);
	const actor = await findActor(store, signedIn.value);
	if (!actor) throw new Error(`${CAST[role]} signed in, and there is no session`);
	return actor;
}

/** Opens the queue of a throwaway console. */
export function openThrowawayQueue({ databaseUrl }: Pick<ThrowawayConsole, 'databaseUrl'>): Promise<PgBoss> {
	return openQueue(databaseUrl);
}

function emailOf(role: CastRole): string {
	return `${role.replace('_', '-')}@example.test`;
}

async function addPeople(store: Store, password: string): Promise<void> {
	const passwordHash = await hashPassword(password);
	for (const [role, name] of Object.entries(CAST) as [CastRole & Role, string][]) {
		await store.person.create({ data: { email: emailOf(role), name, passwordHash, roles: { create: { role } } } });
	}
}
