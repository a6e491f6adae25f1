import { z } from 'zod';
import { readKept, refuseOtherWriter } from '#app/(console)/changes/kept-files.ts';
import { requireActorForRequest } from '#lib/access/require-actor.ts';
import { draftBasisSchema, keptFileSchema, revisedSchema } from '#lib/domain/draft.ts';
import { Refusal } from '#lib/errors.ts';
import { answer } from '../../answer.ts';

const askSchema = z.object({ draft: draftBasisSchema, file: keptFileSchema, revises: revisedSchema.nullable() });

/** The bytes of one file that the form of a change names and the page does not have: `?ask=` with JSON. Only whoever writes the draft gets them. */
export function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const actor = await requireActorForRequest(request);
		const { draft, file, revises } = asked(new URL(request.url).searchParams.get('ask'));
		await refuseOtherWriter(actor, revises);
		const [found] = await readKept({ actor, draft, kept: [file], revises });
		if (!found) throw new Refusal('not_found', 'There is no such file.');
		return new Response(new Uint8Array(found.bytes), {
			headers: { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' },
		});
	});
}

function asked(ask: string | null): z.infer<typeof askSchema> {
	try {
		return askSchema.parse(JSON.parse(ask ?? ''));
	} catch {
		throw new Refusal('invalid', 'This is not a file of a draft.');
	}
}
