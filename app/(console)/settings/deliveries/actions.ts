'use server';

import { revalidatePath } from 'next/cache';
import { type ActionResult, actionResult } from '#app/action-result.ts';
import { requireActorForAction } from '#lib/access/require-actor.ts';
import { sendAgain } from '#lib/notify/send-again.ts';
import { store } from '#lib/store/client.ts';

/** An administrator has what was given up tried again. */
export async function sendAgainAction(): Promise<ActionResult<{ href: string }>> {
	const result = await actionResult(async () => {
		const again = await sendAgain({ store: store(), actor: await requireActorForAction() });
		return again.ok ? { ok: true, value: { href: '/settings/deliveries' } } : again;
	});
	if (result.ok) revalidatePath('/settings/deliveries');
	return result;
}
