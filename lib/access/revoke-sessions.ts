import type { RecordActor } from '#lib/domain/record.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import type { Store } from '#lib/store/client.ts';

/** Ends all live sessions of a person, for example when a password or a device is lost. Returns how many there were. */
export async function revokeSessions({ store, personId, actor }: { store: Store; personId: string; actor: RecordActor }): Promise<number> {
	return store.$transaction(async (tx) => {
		const live = await tx.session.updateManyAndReturn({
			where: { personId, revokedAt: null, expiresAt: { gt: new Date() } },
			data: { revokedAt: new Date() },
			select: { id: true },
		});
		if (live.length === 0) return 0;
		await appendRecord(tx, { kind: 'person.signed_out', actor, subject: { personId }, data: { sessions: live.map(({ id }) => id) } });
		return live.length;
	});
}
