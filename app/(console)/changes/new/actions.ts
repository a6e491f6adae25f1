'use server';

import { type ActionResult, actionResult } from '#app/action-result.ts';
import { requireActorForAction } from '#lib/access/require-actor.ts';
import { readDraftFiles } from '#lib/change/drafts/draft-files.ts';
import { requestChange } from '#lib/change/request-change.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { acceptedOf, bundleOf, draftOf, keptOf, requestOf } from '../filed-form.ts';

/** Files a change. Files that the form only names are taken from the draft. */
export async function fileChangeAction(form: FormData): Promise<ActionResult<{ number: number }>> {
	const result = await actionResult(async () => {
		const actor = await requireActorForAction();
		const draft = draftOf(form);
		const kept = await readDraftFiles(store(), { draftId: draft.id, personId: actor.id, kept: keptOf(form) });
		const bundle = await bundleOf(form);
		return requestChange({
			store: store(),
			targets: targets(),
			actor,
			request: requestOf(form),
			bundle: { ...bundle, files: [...kept, ...bundle.files] },
			accepted: acceptedOf(form),
			draft,
		});
	});
	if (!result.ok) return result;
	return { ok: true, value: { number: result.value.number } };
}
