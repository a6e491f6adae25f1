'use server';

import { revalidatePath } from 'next/cache';
import { type ActionResult, actionResult } from '#app/action-result.ts';
import { requireActorForAction } from '#lib/access/require-actor.ts';
import { requestChange } from '#lib/change/request-change.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { bundleOf, requestOf } from '../filed-form.ts';

/** Files a change. */
export async function fileChangeAction(form: FormData): Promise<ActionResult<{ number: number }>> {
	const result = await actionResult(async () => {
		const actor = await requireActorForAction();
		return requestChange({ store: store(), targets: targets(), actor, request: requestOf(form), bundle: await bundleOf(form) });
	});
	if (!result.ok) return result;
	revalidatePath('/', 'layout');
	return { ok: true, value: { number: result.value.number } };
}
