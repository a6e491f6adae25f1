'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { type ActionResult, actionResult } from '#app/action-result.ts';
import { requireActorForAction } from '#lib/access/require-actor.ts';
import { discardDraft } from '#lib/change/drafts/end-draft.ts';
import { saveDraft } from '#lib/change/drafts/save-draft.ts';
import { type DraftSave, draftPathSchema, draftTextSchema, type Revised, revisedSchema } from '#lib/domain/draft.ts';
import { store } from '#lib/store/client.ts';
import { bundleOf, draftOf, jsonOf, keptOf } from './filed-form.ts';

const pathsSchema = z.array(draftPathSchema);

/** Saves what is typed and chosen on the form of a change: its text, and the files that the draft does not hold yet. */
export async function saveDraftAction(revises: Revised | null, form: FormData): Promise<ActionResult<DraftSave>> {
	return actionResult(async () => {
		const actor = await requireActorForAction();
		const { files } = await bundleOf(form);
		pathsSchema.parse(files.map(({ path }) => path));
		return saveDraft({
			store: store(),
			actor,
			revises: revisedSchema.nullable().parse(revises),
			basis: draftOf(form),
			text: draftTextSchema.parse(jsonOf(form.get('text'))),
			files,
			kept: keptOf(form),
		});
	});
}

/** Throws one's own draft away, and shows what is left in the inbox. */
export async function discardDraftAction(form: FormData): Promise<ActionResult<{ href: string }>> {
	const result = await actionResult(async () => {
		const actor = await requireActorForAction();
		return discardDraft({ store: store(), actor, id: z.uuid().parse(form.get('id')) });
	});
	if (!result.ok) return result;
	revalidatePath('/', 'layout');
	return { ok: true, value: { href: '/' } };
}
