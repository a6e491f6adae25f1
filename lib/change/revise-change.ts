import type { Actor } from '#lib/access/actor.ts';
import { changeName, firstStatus, REVISABLE } from '#lib/domain/change.ts';
import type { DraftBasis } from '#lib/domain/draft.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { attempt } from '#lib/record/attempt.ts';
import { rehearseWhenFiled } from '#lib/rehearsal/ask-rehearsal.ts';
import type { Store } from '#lib/store/client.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { composeRevision, storeRevision } from './compose-revision.ts';
import { endFiledDraft } from './drafts/end-draft.ts';
import { lockChange } from './lock-change.ts';
import { filedData, refuseUnfitResponders } from './request-change.ts';
import type { ChangeRequest, FiledBundle } from './request-input.ts';

/** Files a new revision of the requester's change. Every signature on the old one is void, because it names the old digest. */
export function reviseChange(revising: {
	store: Store;
	targets: Targets;
	actor: Actor;
	changeId: string;
	request: ChangeRequest;
	bundle: FiledBundle;
	/** The names of the findings that the requester accepts. */
	accepted?: readonly string[];
	/** The requester's draft of this revision, which ends here. */
	draft?: DraftBasis | null;
}): Promise<Result<{ revision: number; digest: string }>> {
	return attempt({ ...revising, act: 'revise a change', about: revising }, async () => {
		const { store, targets, actor, changeId, request, bundle, accepted = [], draft = null } = revising;
		const target = findTarget(targets, request.target);
		const revision = await composeRevision({ request, bundle, targets, target, accepted, store });
		return store.$transaction(async (tx) => {
			const change = await lockChange(tx, changeId);
			if (change.requesterId !== actor.id) throw new Refusal('forbidden', 'Only the requester may revise a change.');
			if (change.target !== target.name)
				throw new Refusal('invalid', `This change is for ${change.target}. File another change for another target.`);
			if (!REVISABLE.includes(change.status))
				throw new Refusal('conflict', `${changeName(change.number)} cannot be revised: it is ${change.status.replaceAll('_', ' ')}.`);
			await refuseUnfitResponders(tx, { responders: request.responders, requesterId: actor.id });
			await endFiledDraft(tx, { actor, changeId, draft });
			const number = change.currentRevision + 1;
			await tx.change.update({
				where: { id: changeId },
				data: { currentRevision: number, status: firstStatus(target.seats), title: request.title },
			});
			await storeRevision(tx, { changeId, number, revision });
			await rehearseWhenFiled(tx, { changeId, number, target });
			await appendRecord(tx, {
				kind: 'change.revised',
				actor: { id: actor.id, name: actor.name },
				subject: { change: changeName(change.number), changeId, revision: number, target: target.name },
				data: { ...filedData(revision), voids: change.currentRevision },
			});
			return { revision: number, digest: revision.digest };
		});
	});
}
