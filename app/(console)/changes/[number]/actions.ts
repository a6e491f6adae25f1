'use server';

import { z } from 'zod';
import type { ActionResult } from '#app/action-result.ts';
import { copyChange } from '#lib/change/drafts/copy-change.ts';
import { standBy } from '#lib/change/stand-by.ts';
import { withdrawChange } from '#lib/change/withdraw-change.ts';
import type { Result } from '#lib/errors.ts';
import { askRehearsal } from '#lib/rehearsal/ask-rehearsal.ts';
import { stopRehearsal } from '#lib/rehearsal/stop-rehearsal.ts';
import { armStart, disarmStart } from '#lib/run/orders/arm-start.ts';
import { executeChange } from '#lib/run/orders/execute-change.ts';
import { revokeSignature } from '#lib/signatures/revoke-signature.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { webQueue } from '#lib/worker/web-queue.ts';
import { act } from './act.ts';

type Acted = Promise<ActionResult<{ href: string }>>;
const change = { changeId: z.uuid(), number: z.coerce.number().int().positive() };
const changeSchema = z.object(change);
const executeSchema = z.object({ ...change, digest: z.string().length(64) });
/** As a browser's field gives it, without a zone: the label says UTC. Empty: as soon as the window opens. */
const armSchema = executeSchema.extend({
	at: z
		.union([z.literal(''), z.iso.datetime({ local: true, message: 'name a day and a time' })])
		.transform((text) => (text === '' ? null : new Date(`${text}Z`))),
});
/** `fileFor`: the production target. */
const copySchema = changeSchema.extend({ fileFor: z.string().max(63).nullable().default(null) });
const withdrawSchema = z.object({ ...change, reason: z.string().trim().min(1, 'give a reason: it goes into the record').max(2_000) });

/** The operator has confirmed: claims the change and starts its run. */
export async function executeAction(form: FormData): Acted {
	return act(form, executeSchema, async (actor, { changeId, digest }) => {
		const result = await executeChange({ store: store(), targets: targets(), actor, changeId, digest, enqueue: await webQueue() });
		return result.ok ? done(result, `/runs/${result.value.runId}`) : result;
	});
}

/** Asks for a rehearsal of the revision that the person sees. */
export async function rehearseAction(form: FormData): Acted {
	return act(form, executeSchema, async (actor, { changeId, number, digest }) =>
		done(await askRehearsal({ store: store(), targets: targets(), actor, changeId, digest }), `/changes/${number}?tab=rehearsal`),
	);
}

/** Ends the rehearsal that is under way. */
export async function stopRehearsalAction(form: FormData): Acted {
	return act(form, changeSchema, async (actor, { changeId, number }) =>
		done(await stopRehearsal({ store: store(), actor, changeId }), `/changes/${number}?tab=rehearsal`),
	);
}

/** The operator arms the start: for the opening of the window, or for a time in it, in UTC. */
export async function armAction(form: FormData): Acted {
	return act(form, armSchema, async (actor, { changeId, number, digest, at }) =>
		done(await armStart({ store: store(), targets: targets(), actor, changeId, digest, at }), `/changes/${number}?done=armed`),
	);
}

/** Takes an armed start back. */
export async function disarmAction(form: FormData): Acted {
	return act(form, changeSchema, async (actor, { changeId, number }) =>
		done(await disarmStart({ store: store(), actor, changeId }), `/changes/${number}?done=disarmed`),
	);
}

/** Revokes the person's own signature. */
export async function revokeAction(form: FormData): Acted {
	return act(form, changeSchema, async (actor, { changeId, number }) =>
		done(await revokeSignature({ store: store(), actor, changeId }), `/changes/${number}?done=revoked`),
	);
}

/** The requester withdraws the change. */
export async function withdrawAction(form: FormData): Acted {
	return act(form, withdrawSchema, async (actor, { changeId, number, reason }) =>
		done(await withdrawChange({ store: store(), actor, changeId, reason }), `/changes/${number}?done=withdrawn`),
	);
}

/** Begins a new change with what this one holds, for its target or for the production of that; its form opens. */
export async function copyAction(form: FormData): Acted {
	return act(form, copySchema, async (actor, { changeId, fileFor }) => {
		const result = await copyChange({ store: store(), targets: targets(), actor, changeId, fileFor });
		return result.ok ? done(result, `/changes/new?draft=${result.value.draftId}`) : result;
	});
}

/** A responder checks in: "standing by". */
export async function standByAction(form: FormData): Acted {
	return act(form, changeSchema, async (actor, { changeId, number }) =>
		done(await standBy({ store: store(), actor, changeId }), `/changes/${number}?done=standing-by`),
	);
}

function done(result: Result<unknown>, href: string): Result<{ href: string }> {
	return result.ok ? { ok: true, value: { href } } : result;
}
