import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { bundleOf, draftOf, jsonOf, keptOf } from '#app/(console)/changes/filed-form.ts';
import { readKept, refuseOtherWriter } from '#app/(console)/changes/kept-files.ts';
import { requireActorForRequest } from '#lib/access/require-actor.ts';
import type { BundleContent } from '#lib/bundle/revision-digest.ts';
import { askTarget, checkAsWritten } from '#lib/change/drafts/check-as-written.ts';
import { checkInTurn } from '#lib/change/drafts/checks-in-hand.ts';
import { MAX_BUNDLE_BYTES, MAX_MANIFEST_BYTES } from '#lib/domain/bundle/limits.ts';
import { type CheckAnswer, draftPathSchema, revisedSchema } from '#lib/domain/draft.ts';
import { Refusal } from '#lib/errors.ts';
import { log } from '#lib/log.ts';
import { routeFor } from '#lib/staging/route-for.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { answer } from '../../answer.ts';

/** The bundle, its manifest, and the form around them. */
const MAX_REQUEST_BYTES = MAX_BUNDLE_BYTES + MAX_MANIFEST_BYTES + 2 * 1024 * 1024;
const changedSchema = z.array(draftPathSchema).max(20);

/**
 * What is wrong with a bundle as it is written now, as lines of JSON (`CheckAnswer`): first about the files that were changed last, then about
 * all, then with what the target's catalog tells. Stores nothing. When a newer check of the draft begins, the answer ends without its last line.
 */
export function POST(request: Request): Promise<Response> {
	return answer(async () => {
		const actor = await requireActorForRequest(request);
		const form = await formOf(request);
		const { revises, changed, draft, named } = asked(form);
		await refuseOtherWriter(actor, revises);
		const kept = await readKept({ actor, draft, kept: named, revises });
		const bundle = await bundleOf(form);
		const written = { ...bundle, files: [...kept, ...bundle.files] };
		const target = targets().byName.get(String(form.get('target'))) ?? null;
		const wayTo = async (content: BundleContent) => target && routeFor({ store: store(), targets: targets(), target, bundle: content });
		return streamed(request.signal, (tell, gone) =>
			checkInTurn(
				{ personId: actor.id, draftId: draft.id, signal: gone },
				(signal) => checkAsWritten({ bundle: written, routeFor: wayTo, target, changed, signal, tell }),
				async (more, signal) => {
					if (more) await askTarget(more, { store: store(), signal, tell });
				},
			),
		);
	});
}

async function formOf(request: Request): Promise<FormData> {
	// A form of a browser always says how long it is.
	const length = Number(request.headers.get('content-length') ?? Number.NaN);
	if (!(length <= MAX_REQUEST_BYTES)) throw new Refusal('too_large', 'The files are over the limit of a bundle.');
	return request.formData().catch(() => {
		throw new Refusal('invalid', 'The upload is incomplete.');
	});
}

function asked(form: FormData) {
	try {
		return {
			revises: revisedSchema.nullable().parse(jsonOf(form.get('revises'))),
			changed: changedSchema.parse(jsonOf(form.get('changed'))),
			draft: draftOf(form),
			named: keptOf(form),
		};
	} catch (error) {
		if (error instanceof z.ZodError) throw new Refusal('invalid', 'The form is incomplete. Reload the page.');
		throw error;
	}
}

function streamed(left: AbortSignal, check: (tell: (line: CheckAnswer) => void, gone: AbortSignal) => Promise<void>): Response {
	const closed = new AbortController();
	const gone = AbortSignal.any([left, closed.signal]);
	const body = new ReadableStream<Uint8Array>({
		async start(controller) {
			const tell = (line: CheckAnswer) => {
				if (!gone.aborted) controller.enqueue(Buffer.from(`${JSON.stringify(line)}\n`));
			};
			try {
				await check(tell, gone);
			} catch (error) {
				tell({ refused: error instanceof Refusal ? error.message : unexpected(error) });
			}
			if (!closed.signal.aborted) controller.close();
		},
		cancel: () => closed.abort(),
	});
	return new Response(body, {
		headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' },
	});
}

function unexpected(error: unknown): string {
	const errorId = randomUUID();
	log.error({ errorId, error }, 'a check of a draft failed');
	return `Something went wrong in the console (error id ${errorId}).`;
}
