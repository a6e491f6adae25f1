'use server';

import { revalidatePath } from 'next/cache';
import { headers } from 'next/headers';
import { z } from 'zod';
import { actionResult } from '#app/action-result.ts';
import type { FormState } from '#components/run/use-run-form.ts';
import { addressOf } from '#lib/access/client-address.ts';
import { requireActorForAction } from '#lib/access/require-actor.ts';
import { tickChecklist } from '#lib/change/tick-checklist.ts';
import { CHECKLIST } from '#lib/domain/checklist.ts';
import type { Result } from '#lib/errors.ts';
import { abortRun } from '#lib/run/orders/abort-run.ts';
import { askSmokeTestsAgain } from '#lib/run/orders/ask-smoke-tests-again.ts';
import { confirmRestore } from '#lib/run/orders/confirm-restore.ts';
import { measurePrice } from '#lib/run/orders/measure-price.ts';
import { removeFailedDatabase } from '#lib/run/orders/remove-failed-database.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { webQueue } from '#lib/worker/web-queue.ts';

const runSchema = z.object({ runId: z.uuid() });
const confirmSchema = runSchema.extend({
	capacity: z.enum(['operator', 'dba']),
	rows: z.coerce.number().int().min(0),
	password: z.string().max(1024),
});
const passwordSchema = runSchema.extend({ password: z.string().max(1024) });
const abortSchema = runSchema.extend({ reason: z.string().trim().max(500) });
const tickSchema = runSchema.extend({
	changeId: z.uuid(),
	item: z.enum(CHECKLIST.map(({ item }) => item)),
	note: z.string().trim().max(1000),
});

export async function confirmRestoreAction(_before: FormState, form: FormData): Promise<FormState> {
	return decide(form, 'Confirmed.', async () => {
		const actor = await requireActorForAction();
		const input = confirmSchema.parse(Object.fromEntries(form));
		return confirmRestore({ store: store(), actor, address: addressOf(await headers()), enqueue: await webQueue(), ...input });
	});
}

export async function askSmokeTestsAgainAction(_before: FormState, form: FormData): Promise<FormState> {
	return decide(form, 'The smoke tests run again.', async () => {
		const actor = await requireActorForAction();
		const { runId } = runSchema.parse(Object.fromEntries(form));
		return askSmokeTestsAgain({ store: store(), actor, runId, enqueue: await webQueue() });
	});
}

export async function abortRunAction(_before: FormState, form: FormData): Promise<FormState> {
	return decide(form, 'Aborting.', async () => {
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
	return decide(form, 'The price is measured.', async () => {
		const actor = await requireActorForAction();
		const { runId } = runSchema.parse(Object.fromEntries(form));
		return measurePrice({ store: store(), targets: targets(), actor, runId });
	});
}

export async function tickChecklistAction(_before: FormState, form: FormData): Promise<FormState> {
	return decide(form, 'Ticked.', async () => {
		const actor = await requireActorForAction();
		const { changeId, item, note } = tickSchema.parse(Object.fromEntries(form));
		return tickChecklist({ store: store(), actor, changeId, item, note });
	});
}

/** Runs a verb, shows the page anew, and says to the form what came of it. */
async function decide(form: FormData, done: string, verb: () => Promise<Result<unknown>>): Promise<FormState> {
	const result = await actionResult(verb);
	if (!result.ok) return { error: refusalWords(result.refusal), done: null };
	revalidatePath(`/runs/${String(form.get('runId'))}`);
	return { error: null, done };
}

function refusalWords({ message, errorId }: { message: string; errorId: string | null }): string {
	return errorId === null ? message : `${message} Error id ${errorId}.`;
}
