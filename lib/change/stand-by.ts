import type { Actor } from '#lib/access/actor.ts';
import { mayStandBy } from '#lib/access/policy.ts';
import { changeName } from '#lib/domain/change.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { attempt } from '#lib/record/attempt.ts';
import type { Store } from '#lib/store/client.ts';
import { lockChange } from './lock-change.ts';

/** How long a check-in is valid: responders must check in at most this long before the run. */
export const STANDING_BY_MS = 30 * 60_000;

/** A responder of the change checks in. Checking in again renews it. */
export function standBy(input: { store: Store; actor: Actor; changeId: string }): Promise<Result<null>> {
	return attempt({ ...input, act: 'stand by', about: input }, () =>
		input.store.$transaction(async (tx) => {
			const allowed = mayStandBy(input.actor);
			if (allowed !== true) throw new Refusal('forbidden', allowed);
			const change = await lockChange(tx, input.changeId);
			const named = await tx.responder.findFirst({
				where: { personId: input.actor.id, revision: { changeId: change.id, number: change.currentRevision } },
			});
			if (!named) throw new Refusal('forbidden', `You are not named as an incident responder on ${changeName(change.number)}.`);
			if (['withdrawn', 'closed', 'rejected'].includes(change.status))
				throw new Refusal('conflict', `${changeName(change.number)} is ${change.status}.`);
			await tx.standBy.create({ data: { changeId: change.id, personId: input.actor.id } });
			await appendRecord(tx, {
				kind: 'responder.standing_by',
				actor: { id: input.actor.id, name: input.actor.name },
				subject: { change: changeName(change.number), changeId: change.id, revision: change.currentRevision, target: change.target },
				data: {},
			});
			return null;
		}),
	);
}
