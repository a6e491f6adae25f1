import { appendRecord } from '#lib/record/append-record.ts';
import type { Store } from '#lib/store/client.ts';

/** Ends one session permanently. Does nothing when it is already over. */
export async function signOut({ store, sessionId }: { store: Store; sessionId: string }): Promise<void> {
	await store.$transaction(async (tx) => {
		const ended = await tx.session.updateMany({ where: { id: sessionId, revokedAt: null }, data: { revokedAt: new Date() } });
		if (ended.count === 0) return;
		const { person } = await tx.session.findUniqueOrThrow({
			where: { id: sessionId },
			select: { person: { select: { id: true, name: true } } },
		});
		await appendRecord(tx, {
			kind: 'person.signed_out',
			actor: { id: person.id, name: person.name },
			subject: { personId: person.id },
			data: { sessions: [sessionId] },
		});
	});
}
