import type { Actor } from '#lib/access/actor.ts';
import type { DraftBasis } from '#lib/domain/draft.ts';
import { asResult, Refusal, type Result } from '#lib/errors.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';

/**
 * What is filed is a draft no more. Throws a Refusal unless the draft is there as the requester saw it: so one draft is filed
 * once, and what another tab has saved since is not lost. `draft` null: it was not filed from the form.
 */
export async function endFiledDraft(
	tx: StoreTransaction,
	filed: { actor: Actor; changeId: string | null; draft: DraftBasis | null },
): Promise<void> {
	const { actor, changeId, draft } = filed;
	if (draft === null) return changeId === null ? undefined : endDraftsOf(tx, changeId);
	const own = { personId: actor.id, changeId };
	if (draft.version > 0) {
		const { count } = await tx.draft.deleteMany({ where: { ...own, id: draft.id, version: draft.version } });
		if (count === 1) return;
	} else {
		// Its page never saved it: then there must be none.
		const which = changeId === null ? { id: draft.id } : {};
		if ((await tx.draft.count({ where: { ...own, ...which } })) === 0) return;
	}
	throw new Refusal('conflict', 'This draft was saved, filed or discarded in another tab. Nothing was filed.');
}

/** A change that is over can be revised no more: whatever was being written of a revision goes with it. */
export async function endDraftsOf(tx: StoreTransaction, changeId: string): Promise<void> {
	await tx.draft.deleteMany({ where: { changeId } });
}

/** Throws away one's own draft. Somebody else's is not there. */
export function discardDraft({ store, actor, id }: { store: Store; actor: Actor; id: string }): Promise<Result<null>> {
	return asResult(async () => {
		const { count } = await store.draft.deleteMany({ where: { id, personId: actor.id } });
		if (count === 0) throw new Refusal('not_found', 'This draft is not here any more: it was filed or discarded.');
		return null;
	});
}
