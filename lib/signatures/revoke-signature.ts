import type { Actor } from '#lib/access/actor.ts';
import { lockChange } from '#lib/change/lock-change.ts';
import { awaiting, type ChangeStatus, changeName } from '#lib/domain/change.ts';
import { ROLE_TITLE, SEATS, type Seat } from '#lib/domain/roles.ts';
import { asResult, Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import type { Store } from '#lib/store/client.ts';

/** A signature may be revoked in these states: until the run starts. */
export const REVOCABLE: readonly ChangeStatus[] = ['awaiting_security_officer', 'awaiting_chairman', 'approved', 'rolled_back'];

/**
 * Revokes the person's own signature, until the run starts. The later signatures build on it,
 * so they are revoked too, and the change goes back to that seat.
 */
export function revokeSignature(input: { store: Store; actor: Actor; changeId: string }): Promise<Result<{ seat: Seat }>> {
	return asResult(() =>
		input.store.$transaction(async (tx) => {
			const { actor, changeId } = input;
			const change = await lockChange(tx, changeId);
			const live = await tx.signature.findMany({
				where: { changeId, decision: 'approve', revokedAt: null, revision: { number: change.currentRevision } },
			});
			const own = live.find((signature) => signature.signerId === actor.id);
			if (!own) throw new Refusal('not_found', `You have no live signature on ${changeName(change.number)}.`);
			if (!REVOCABLE.includes(change.status))
				throw new Refusal('conflict', `It is too late to revoke: ${changeName(change.number)} is ${change.status.replaceAll('_', ' ')}.`);
			const seat = own.seat as Seat;
			const fallen = live.filter((signature) => SEATS.indexOf(signature.seat as Seat) >= SEATS.indexOf(seat));
			const { count } = await tx.signature.updateMany({
				where: { id: { in: fallen.map((s) => s.id) }, revokedAt: null },
				data: { revokedAt: new Date() },
			});
			if (count !== fallen.length) throw new Refusal('conflict', 'Somebody else revoked a signature at the same time. Reload the page.');
			await tx.change.update({ where: { id: changeId }, data: { status: awaiting(seat) } });
			await appendRecord(tx, {
				kind: 'signature.revoked',
				actor: { id: actor.id, name: actor.name },
				subject: { change: changeName(change.number), changeId, revision: change.currentRevision, target: change.target },
				data: { role: ROLE_TITLE[seat], hashes: fallen.map((s) => s.hash) },
			});
			return { seat };
		}),
	);
}
