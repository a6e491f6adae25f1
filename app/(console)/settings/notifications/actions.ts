'use server';

import { revalidatePath } from 'next/cache';
import { type ActionResult, actionResult } from '#app/action-result.ts';
import { requireActorForAction } from '#lib/access/require-actor.ts';
import { choicesSchema, chooseNotices } from '#lib/notify/choose-notices.ts';
import { store } from '#lib/store/client.ts';

/** Stores what the person who asks wants to be told, and how. */
export async function chooseNoticesAction(form: FormData): Promise<ActionResult<null>> {
	const result = await actionResult(async () => {
		const choices = choicesSchema.parse(Object.fromEntries(form));
		await chooseNotices({ store: store(), actor: await requireActorForAction(), choices });
		return { ok: true, value: null };
	});
	if (result.ok) revalidatePath('/settings/notifications');
	return result;
}
