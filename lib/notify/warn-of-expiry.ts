import { lockChange } from '#lib/change/lock-change.ts';
import { type ChangeStatus, changeName } from '#lib/domain/change.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';

const WAITING: ChangeStatus[] = ['awaiting_security_officer', 'awaiting_chairman', 'approved'];
/** So long before; where signatures live shorter than four times that, in the last quarter of their life. */
const AHEAD_MS = 2 * 3_600_000;
const QUARTER = 4;

/** Records, once for each, that a change is about to expire. Called every minute. */
export async function warnOfExpiry({ store, now }: { store: Store; now: Date }): Promise<void> {
	const due = await store.signature.findMany({
		where: {
			decision: 'approve',
			revokedAt: null,
			expiresAt: { gt: now, lte: new Date(now.getTime() + AHEAD_MS) },
			revision: { change: { status: { in: WAITING } } },
		},
		select: { changeId: true },
		distinct: ['changeId'],
	});
	for (const { changeId } of due) await store.$transaction((tx) => warn(tx, changeId, now));
}

async function warn(tx: StoreTransaction, changeId: string, now: Date): Promise<void> {
	const change = await lockChange(tx, changeId);
	if (!WAITING.includes(change.status)) return;
	const first = await tx.signature.findFirst({
		where: { changeId, decision: 'approve', revokedAt: null, revision: { number: change.currentRevision } },
		orderBy: { expiresAt: 'asc' },
	});
	if (!first) return;
	const ahead = Math.min(AHEAD_MS, (first.expiresAt.getTime() - first.issuedAt.getTime()) / QUARTER);
	const left = first.expiresAt.getTime() - now.getTime();
	if (left <= 0 || left > ahead) return;
	const told = await tx.$queryRaw<unknown[]>`
		select 1 from record_entry where change_id = ${changeId}::uuid and kind = 'change.expires_soon'
		and convert_from(body, 'UTF8')::jsonb->'data'->>'signature' = ${first.hash}`;
	if (told.length > 0) return;
	await appendRecord(tx, {
		kind: 'change.expires_soon',
		actor: { id: null, name: 'system' },
		subject: { change: changeName(change.number), changeId, revision: change.currentRevision, target: change.target },
		data: { seat: first.seat, expires: first.expiresAt.toISOString(), signature: first.hash },
	});
}
