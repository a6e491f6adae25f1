'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { type ActionResult, actionResult } from '#app/action-result.ts';
import type { Actor } from '#lib/access/actor.ts';
import { requireActorForAction } from '#lib/access/require-actor.ts';
import { standBy } from '#lib/change/stand-by.ts';
import { withdrawChange } from '#lib/change/withdraw-change.ts';
import type { Result } from '#lib/errors.ts';
import { executeChange } from '#lib/run/orders/execute-change.ts';
import { revokeSignature } from '#lib/signatures/revoke-signature.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { webQueue } from '#lib/worker/web-queue.ts';

type Acted = Promise<ActionResult<{ href: string }>>;
const change = { changeId: z.uuid(), number: z.coerce.number().int().positive() };
const changeSchema = z.object(change);
const executeSchema = z.object({ ...change, digest: z.string().length(64) });
const withdrawSchema = z.object({ ...change, reason: z.string().trim().min(1, 'say why, so that the record tells').max(2_000) });

/** The operator's second press: the change is claimed and its run begins. */
export async function executeAction(form: FormData): Acted {
	return act(form, executeSchema, async (actor, { changeId, digest }) => {
		const result = await executeChange({ store: store(), targets: targets(), actor, changeId, digest, enqueue: await webQueue() });
		return result.ok ? { ok: true, value: `/runs/${result.value.runId}` } : result;
	});
}

/** Takes back one's own signature. */
export async function revokeAction(form: FormData): Acted {
	return act(form, changeSchema, async (actor, { changeId, number }) =>
		done(await revokeSignature({ store: store(), actor, changeId }), `/changes/${number}?done=revoked`),
	);
}

/** The requester takes the change back. */
export async function withdrawAction(form: FormData): Acted {
	return act(form, withdrawSchema, async (actor, { changeId, number, reason }) =>
		done(await withdrawChange({ store: store(), actor, changeId, reason }), `/changes/${number}?done=withdrawn`),
	);
}

/** A responder says "standing by". */
export async function standByAction(form: FormData): Acted {
	return act(form, changeSchema, async (actor, { changeId, number }) =>
		done(await standBy({ store: store(), actor, changeId }), `/changes/${number}?done=standing-by`),
	);
}

/** Parse, ask who it is, call, and say where to go. */
async function act<T>(form: FormData, schema: z.ZodType<T>, call: (actor: Actor, input: T) => Promise<Result<string>>): Acted {
	const result = await actionResult(async () => {
		const input = schema.parse(Object.fromEntries(form));
		return call(await requireActorForAction(), input);
	});
	if (!result.ok) return result;
	revalidatePath('/', 'layout');
	return { ok: true, value: { href: result.value } };
}

function done(result: Result<unknown>, href: string): Result<string> {
	return result.ok ? { ok: true, value: href } : result;
}
