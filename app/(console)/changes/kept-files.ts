import type { Actor } from '#lib/access/actor.ts';
import { mayFile, mayRevise } from '#lib/access/policy.ts';
import { readDraftFiles } from '#lib/change/drafts/draft-files.ts';
import type { DraftBasis, KeptFile } from '#lib/domain/draft.ts';
import { Refusal } from '#lib/errors.ts';
import { store } from '#lib/store/client.ts';
import { readKeptFiles } from '#lib/views/change/read-revise-page.ts';

type Kept = {
	actor: Actor;
	draft: DraftBasis;
	kept: KeptFile[];
	/** The revision that the form revises; null for a new change. */
	revises: { changeId: string; revision: number } | null;
};

/** The bytes of files that a form only names: from the person's own draft, or before its first save from the revision that is revised. */
export async function readKept({ actor, draft, kept, revises }: Kept): Promise<{ path: string; bytes: Buffer }[]> {
	if (kept.length === 0) return [];
	if (draft.version > 0) return readDraftFiles(store(), { draftId: draft.id, personId: actor.id, kept });
	if (revises === null) throw new Refusal('invalid', 'The draft was never saved. Reload the page.');
	return readKeptFiles(store(), { ...revises, paths: kept.map(({ path }) => path) });
}

/** Refuses whoever may not write this draft: of a new change, or of a revision of that one. */
export async function refuseOtherWriter(actor: Actor, revises: { changeId: string } | null): Promise<void> {
	const allowed = revises === null ? mayFile(actor) : mayRevise(actor, await requesterOf(revises.changeId));
	if (allowed !== true) throw new Refusal('forbidden', allowed);
}

async function requesterOf(changeId: string): Promise<{ requesterId: string }> {
	const change = await store().change.findUnique({ where: { id: changeId }, select: { requesterId: true } });
	if (!change) throw new Refusal('not_found', 'There is no such change.');
	return change;
}
