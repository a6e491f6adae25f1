import { ROLES } from '#lib/domain/roles.ts';
import type { Store } from '#lib/store/client.ts';
import type { Actor } from './actor.ts';
import { IDLE_MS, SEEN_EVERY_MS } from './session-limits.ts';

/**
 * The person behind a session, with the roles of this moment, or null when the session is over: revoked, idle for 15 minutes,
 * 8 hours old, or its person no longer active. Notes that they were seen.
 */
export async function findActor(store: Store, { sessionId, personId }: { sessionId: string; personId: string }): Promise<Actor | null> {
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
	if (session.lastSeenAt.getTime() <= now - SEEN_EVERY_MS) {
		await store.session.updateMany({ where: { id: sessionId, revokedAt: null }, data: { lastSeenAt: new Date(now) } });
	}
	const held = new Set(session.person.roles.map(({ role }) => role));
	const { id, name, email } = session.person;
	return { id, name, email, roles: ROLES.filter((role) => held.has(role)), sessionId };
}
