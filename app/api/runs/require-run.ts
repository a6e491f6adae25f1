import { z } from 'zod';
import type { Actor } from '#lib/access/actor.ts';
import { mayReadChange } from '#lib/access/policy.ts';
import { requireActorForRequest } from '#lib/access/require-actor.ts';
import { Refusal } from '#lib/errors.ts';
import { store } from '#lib/store/client.ts';

/** The signed-in person who may read this run, and its id. Throws a Refusal: not signed in, forbidden, or no such run. */
export async function requireRun(request: Request, params: Promise<{ id: string }>): Promise<{ actor: Actor; runId: string }> {
	const actor = await requireActorForRequest(request);
	const allowed = mayReadChange(actor);
	if (allowed !== true) throw new Refusal('forbidden', allowed);
	const runId = z.uuid().safeParse((await params).id).data;
	const known = runId !== undefined && (await store().run.count({ where: { id: runId } })) === 1;
	if (!known) throw new Refusal('not_found', 'This run does not exist.');
	return { actor, runId };
}

/** A row's number from a query or a header. Throws a Refusal for anything but a whole number from 0. */
export function rowNumber(text: string): number {
	const number = z.coerce
		.number()
		.int()
		.min(0)
		.max(2_147_483_647)
		.safeParse(text === '' ? undefined : text);
	if (!number.success) throw new Refusal('invalid', 'The row number must be a whole number from 0.');
	return number.data;
}
