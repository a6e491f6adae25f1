import { ROLES } from '#lib/domain/roles.ts';
import type { Store } from '#lib/store/client.ts';
import type { Actor } from './actor.ts';
import { IDLE_MS, SEEN_EVERY_MS } from './session-limits.ts';

type SessionKey = { sessionId: string; personId: string };

/**
 * The person of a session, with their current roles, or null when the session is over: revoked, idle for 15 minutes,
 * 8 hours old, or its person disabled. Notes the time of this request.
 */
export async function findActor(store: Store, key: SessionKey): Promise<Actor | null> {
	const seen = await findSession(store, key);
	if (!seen) return null;
	const noted = new Date(Date.now() - SEEN_EVERY_MS);
	if (seen.lastSeenAt <= noted) {
		await store.session.updateMany({
			where: { id: key.sessionId, revokedAt: null, lastSeenAt: { lte: noted } },
			data: { lastSeenAt: new Date() },
		});
	}
	return seen.actor;
}

/** The same without noting the time: an open page that only listens must not keep a session alive. */
export async function peekActor(store: Store, key: SessionKey): Promise<Actor | null> {
	return (await findSession(store, key))?.actor ?? null;
}

async function findSession(store: Store, { sessionId, personId }: SessionKey): Promise<{ actor: Actor; lastSeenAt: Date } | null> {
	const now = Date.now();
	const session = await store.session.findFirst({
		where: {
			id: sessionId,
			personId,
			revokedAt: null,
			expiresAt: { gt: new Date(now) },
			lastSeenAt: { gt: new Date(now - IDLE_MS) },
			person: { active: true },
		},
		select: { lastSeenAt: true, person: { select: { id: true, name: true, email: true, roles: { select: { role: true } } } } },
	});
	if (!session) return null;
	const held = new Set(session.person.roles.map(({ role }) => role));
	const { id, name, email } = session.person;
	return { actor: { id, name, email, roles: ROLES.filter((role) => held.has(role)), sessionId }, lastSeenAt: session.lastSeenAt };
}
