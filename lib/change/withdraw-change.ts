import type { Actor } from '#lib/access/actor.ts';
import { changeName, WITHDRAWABLE } from '#lib/domain/change.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { attempt } from '#lib/record/attempt.ts';
import type { Store } from '#lib/store/client.ts';
import { endDraftsOf } from './drafts/end-draft.ts';
import { lockChange } from './lock-change.ts';

/** The requester withdraws the change permanently. Not while it runs, and not after it was committed. */
export function withdrawChange(input: { store: Store; actor: Actor; changeId: string; reason: string }): Promise<Result<null>> {
	return attempt({ ...input, act: 'withdraw a change', about: input }, () =>
		input.store.$transaction(async (tx) => {
			const change = await lockChange(tx, input.changeId);
			if (change.requesterId !== input.actor.id) throw new Refusal('forbidden', 'Only the requester may withdraw a change.');
			if (!WITHDRAWABLE.includes(change.status))
				throw new Refusal('conflict', `${changeName(change.number)} cannot be withdrawn: it is ${change.status.replaceAll('_', ' ')}.`);
			await tx.change.update({ where: { id: change.id }, data: { status: 'withdrawn' } });
			await endDraftsOf(tx, change.id);
			await appendRecord(tx, {
				kind: 'change.withdrawn',
				actor: { id: input.actor.id, name: input.actor.name },
				subject: { change: changeName(change.number), changeId: change.id, revision: change.currentRevision, target: change.target },
				data: { reason: input.reason },
			});
			return null;
		}),
	);
}
