import { lockChange } from '#lib/change/lock-change.ts';
import { type ChangeStatus, changeName } from '#lib/domain/change.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import type { Store } from '#lib/store/client.ts';

/** A change in one of these states expires when one of its live signatures does. */
const EXPIRABLE: ChangeStatus[] = ['awaiting_security_officer', 'awaiting_chairman', 'approved'];

/** Marks every change that has a live signature past its expiry as expired. Called by the worker every minute. */
export async function expireChanges(store: Store): Promise<void> {
	const due = await store.signature.findMany({
		where: { decision: 'approve', revokedAt: null, expiresAt: { lte: new Date() }, revision: { change: { status: { in: EXPIRABLE } } } },
		select: { changeId: true },
		distinct: ['changeId'],
	});
	for (const { changeId } of due) await expireChange(store, changeId);
}

/** Marks one change as expired if a live signature on its current revision has expired. The requester may then revise it, and it is signed again. */
export async function expireChange(store: Store, changeId: string): Promise<void> {
	await store.$transaction(async (tx) => {
		const change = await lockChange(tx, changeId);
		if (!EXPIRABLE.includes(change.status)) return;
		const expired = await tx.signature.findFirst({
			where: {
				changeId,
				decision: 'approve',
				revokedAt: null,
				expiresAt: { lte: new Date() },
				revision: { number: change.currentRevision },
			},
			orderBy: { expiresAt: 'asc' },
		});
		if (!expired) return;
		await tx.change.update({ where: { id: changeId }, data: { status: 'expired' } });
		await appendRecord(tx, {
			kind: 'change.expired',
			actor: { id: null, name: 'system' },
			subject: { change: changeName(change.number), changeId, revision: change.currentRevision, target: change.target },
			data: { seat: expired.seat, expired: expired.expiresAt.toISOString() },
		});
	});
}
