import { revalidatePath } from 'next/cache';
import type { z } from 'zod';
import { type ActionResult, actionResult } from '#app/action-result.ts';
import type { Actor } from '#lib/access/actor.ts';
import { requireActorForAction } from '#lib/access/require-actor.ts';
import type { Result } from '#lib/errors.ts';

/** Parses a form, checks who is asking, and calls; every page is then read again. */
export async function act<T, R>(
	form: FormData,
	schema: z.ZodType<T>,
	call: (actor: Actor, input: T) => Promise<Result<R>>,
): Promise<ActionResult<R>> {
	const result = await actionResult(async () => {
		const input = schema.parse(Object.fromEntries(form));
		return call(await requireActorForAction(), input);
	});
	if (result.ok) revalidatePath('/', 'layout');
	return result;
}
