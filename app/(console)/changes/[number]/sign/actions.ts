'use server';

import { revalidatePath } from 'next/cache';
import { headers } from 'next/headers';
import { z } from 'zod';
import { type ActionResult, actionResult } from '#app/action-result.ts';
import { addressOf } from '#lib/access/client-address.ts';
import { requireActorForAction } from '#lib/access/require-actor.ts';
import { SEATS } from '#lib/domain/roles.ts';
import { refuseChange } from '#lib/signatures/refuse-change.ts';
import { signChange } from '#lib/signatures/sign-change.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';

const decisionSchema = z.object({
	changeId: z.uuid(),
	number: z.coerce.number().int().positive(),
	digest: z.string().length(64),
	seat: z.enum(SEATS),
	password: z.string().min(1, 'enter your password').max(1_024),
});
const refusalSchema = decisionSchema.extend({
	reason: z.string().trim().min(1, 'give a reason: the requester needs it to correct the change').max(2_000),
});

/** Signs, in one seat, what the page showed. */
export async function signAction(form: FormData): Promise<ActionResult<{ href: string }>> {
	const result = await actionResult(async () => {
		const { number, ...decision } = decisionSchema.parse(Object.fromEntries(form));
		const signed = await signChange({ ...decision, ...(await context()) });
		return signed.ok ? { ok: true, value: { href: `/changes/${number}?done=signed&hash=${signed.value.hash}` } } : signed;
	});
	if (result.ok) revalidatePath('/', 'layout');
	return result;
}

/** Refuses, in one seat, with a reason. */
export async function refuseAction(form: FormData): Promise<ActionResult<{ href: string }>> {
	const result = await actionResult(async () => {
		const { number, ...decision } = refusalSchema.parse(Object.fromEntries(form));
		const refused = await refuseChange({ ...decision, ...(await context()) });
		return refused.ok ? { ok: true, value: { href: `/changes/${number}?done=refused` } } : refused;
	});
	if (result.ok) revalidatePath('/', 'layout');
	return result;
}

async function context() {
	return { actor: await requireActorForAction(), store: store(), targets: targets(), address: addressOf(await headers()) };
}
