'use server';

import { revalidatePath } from 'next/cache';
import { headers } from 'next/headers';
import { z } from 'zod';
import { actionResult } from '#app/action-result.ts';
import type { FormState } from '#components/run/use-run-form.ts';
import { addressOf } from '#lib/access/client-address.ts';
import { requireActorForAction } from '#lib/access/require-actor.ts';
import { closeChange } from '#lib/change/close-change.ts';
import { tickChecklist } from '#lib/change/tick-checklist.ts';
import { CHECKLIST_ITEMS, CHECKLIST_STATES } from '#lib/domain/checklist.ts';
import type { Result } from '#lib/errors.ts';
import { abortRun } from '#lib/run/orders/abort-run.ts';
import { askSmokeTestsAgain } from '#lib/run/orders/ask-smoke-tests-again.ts';
import { confirmKeep } from '#lib/run/orders/confirm-keep.ts';
import { confirmRestore } from '#lib/run/orders/confirm-restore.ts';
import { measurePrice } from '#lib/run/orders/measure-price.ts';
import { removeFailedDatabase } from '#lib/run/orders/remove-failed-database.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { webQueue } from '#lib/worker/web-queue.ts';

const runSchema = z.object({ runId: z.uuid() });
const confirmSchema = runSchema.extend({
	capacity: z.enum(['operator', 'dba']),
	price: z.string().regex(/^[0-9a-f]{64}$/),
	password: z.string().max(1024),
});
const keepSchema = runSchema.extend({
	capacity: z.enum(['operator', 'dba']),
	price: z.string().length(64),
	maintenanceOff: z
		.string()
		.optional()
		.transform((value) => value === 'on'),
	password: z.string().max(1024),
});
const passwordSchema = runSchema.extend({ password: z.string().max(1024) });
const abortSchema = runSchema.extend({ reason: z.string().trim().max(500) });
const closeSchema = runSchema.extend({ changeId: z.uuid() });
const tickSchema = runSchema.extend({
	changeId: z.uuid(),
	item: z.enum(CHECKLIST_ITEMS),
	state: z.enum(CHECKLIST_STATES),
	note: z.string().trim().max(1000),
});

export async function confirmRestoreAction(_before: FormState, form: FormData): Promise<FormState> {
	return decide(form, 'Confirmed.', async () => {
		const actor = await requireActorForAction();
		const input = confirmSchema.parse(Object.fromEntries(form));
		return confirmRestore({ store: store(), actor, address: addressOf(await headers()), enqueue: await webQueue(), ...input });
	});
}

export async function confirmKeepAction(_before: FormState, form: FormData): Promise<FormState> {
	return decide(form, 'Confirmed.', async () => {
		const actor = await requireActorForAction();
		const input = keepSchema.parse(Object.fromEntries(form));
		return confirmKeep({ store: store(), actor, address: addressOf(await headers()), enqueue: await webQueue(), ...input });
	});
}

export async function askSmokeTestsAgainAction(_before: FormState, form: FormData): Promise<FormState> {
	return decide(form, 'The smoke tests are running again.', async () => {
		const actor = await requireActorForAction();
		const { runId } = runSchema.parse(Object.fromEntries(form));
		return askSmokeTestsAgain({ store: store(), actor, runId, enqueue: await webQueue() });
	});
}

export async function abortRunAction(_before: FormState, form: FormData): Promise<FormState> {
	return decide(form, 'Abort requested.', async () => {
		const actor = await requireActorForAction();
		const input = abortSchema.parse(Object.fromEntries(form));
		return abortRun({ store: store(), actor, ...input });
	});
}

export async function removeFailedDatabaseAction(_before: FormState, form: FormData): Promise<FormState> {
	return decide(form, 'Removed.', async () => {
		const actor = await requireActorForAction();
		const input = passwordSchema.parse(Object.fromEntries(form));
		return removeFailedDatabase({ store: store(), targets: targets(), actor, address: addressOf(await headers()), ...input });
	});
}

export async function measurePriceAction(_before: FormState, form: FormData): Promise<FormState> {
	return decide(form, 'Price measured.', async () => {
		const actor = await requireActorForAction();
		const { runId } = runSchema.parse(Object.fromEntries(form));
		return measurePrice({ store: store(), targets: targets(), actor, runId });
	});
}

export async function tickChecklistAction(_before: FormState, form: FormData): Promise<FormState> {
	return decide(form, 'Answered.', async () => {
		const actor = await requireActorForAction();
		const { changeId, item, state, note } = tickSchema.parse(Object.fromEntries(form));
		return tickChecklist({ store: store(), actor, changeId, item, state, note, now: new Date() });
	});
}

export async function closeChangeAction(_before: FormState, form: FormData): Promise<FormState> {
	return decide(form, 'The change is closed.', async () => {
		const actor = await requireActorForAction();
		const { changeId } = closeSchema.parse(Object.fromEntries(form));
		return closeChange({ store: store(), actor, changeId, now: new Date() });
	});
}

/** Runs an order, refreshes the page, and returns the result to the form. */
async function decide(form: FormData, done: string, verb: () => Promise<Result<unknown>>): Promise<FormState> {
	const result = await actionResult(verb);
	if (!result.ok) return { error: refusalWords(result.refusal), done: null, isSignedOut: result.refusal.code === 'not_signed_in' };
	revalidatePath(`/runs/${String(form.get('runId'))}`);
	return { error: null, done };
}

function refusalWords({ message, errorId }: { message: string; errorId: string | null }): string {
	return errorId === null ? message : `${message} Error id ${errorId}.`;
}
