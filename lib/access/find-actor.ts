import { ROLES } from '#lib/domain/roles.ts';
import type { Store } from '#lib/store/client.ts';
import type { Actor } from './actor.ts';
import { IDLE_MS, SEEN_EVERY_MS } from './session-limits.ts';

type SessionKey = { sessionId: string; personId: string };

/**
 * The person behind a session, with the roles of this moment, or null when the session is over: revoked, idle for 15 minutes,
 * 8 hours old, or its person no longer active. Notes that they were seen.
 */
export async function findActor(store: Store, key: SessionKey): Promise<Actor | null> {
	const actor = await peekActor(store, key);
	if (!actor) return null;
	await store.session.updateMany({
		where: { id: key.sessionId, revokedAt: null, lastSeenAt: { lte: new Date(Date.now() - SEEN_EVERY_MS) } },
		data: { lastSeenAt: new Date() },
	});
	return actor;
}

/** The same without noting it: an open page that listens is not a person at work, and does not keep a session from going idle. */
export async function peekActor(store: Store, { sessionId, personId }: SessionKey): Promise<Actor | null> {
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
		select: { person: { select: { id: true, name: true, email: true, roles: { select: { role: true } } } } },
	});
	if (!session) return null;
	const held = new Set(session.person.roles.map(({ role }) => role));
	const { id, name, email } = session.person;
	return { id, name, email, roles: ROLES.filter((role) => held.has(role)), sessionId };
}
