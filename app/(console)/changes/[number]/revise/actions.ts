'use server';

import { z } from 'zod';
import { type ActionResult, actionResult } from '#app/action-result.ts';
import { mayRevise } from '#lib/access/policy.ts';
import { requireActorForAction } from '#lib/access/require-actor.ts';
import { reviseChange } from '#lib/change/revise-change.ts';
import { Refusal } from '#lib/errors.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { acceptedOf, bundleOf, draftOf, keptOf, requestOf } from '../../filed-form.ts';
import { readKept } from '../../kept-files.ts';

const basisSchema = z.object({ number: z.number().int().positive(), revision: z.number().int().positive() });

/** Files a new revision. Files that the form only names are taken from the draft, or from the revision it started from. */
export async function reviseAction(basis: { number: number; revision: number }, form: FormData): Promise<ActionResult<{ number: number }>> {
	const result = await actionResult(async () => {
		const { number, revision } = basisSchema.parse(basis);
		const actor = await requireActorForAction();
		const change = await store().change.findUnique({ where: { number }, select: { id: true, requesterId: true, currentRevision: true } });
		if (!change) throw new Refusal('not_found', 'There is no such change.');
		const allowed = mayRevise(actor, change);
		if (allowed !== true) throw new Refusal('forbidden', allowed);
		if (change.currentRevision !== revision)
			throw new Refusal('conflict', 'The change was revised after you opened this page. Reload the page.');
		const draft = draftOf(form);
		const kept = await readKept({ actor, draft, kept: keptOf(form), revises: { changeId: change.id, revision } });
		const bundle = await bundleOf(form);
		return reviseChange({
			store: store(),
			targets: targets(),
			actor,
			changeId: change.id,
			request: requestOf(form),
			bundle: { ...bundle, files: [...kept, ...bundle.files] },
			accepted: acceptedOf(form),
			draft,
		});
	});
	if (!result.ok) return result;
	return { ok: true, value: { number: basis.number } };
}
