import { z } from 'zod';
import { mayReadChange } from '#lib/access/policy.ts';
import { requireActorForRequest } from '#lib/access/require-actor.ts';
import { Refusal } from '#lib/errors.ts';
import { store } from '#lib/store/client.ts';
import { readRevisionFile } from '#lib/views/change/revision/read-revision-file.ts';
import { answer } from '../../../../../answer.ts';

const NUMBER = z
	.string()
	.regex(/^[1-9]\d{0,8}$/)
	.transform(Number);
const askSchema = z.object({ number: NUMBER, revision: NUMBER, path: z.string().min(1).max(500) });

type Params = Promise<{ number: string; revision: string }>;

/** One file of a revision as it is stored, or its manifest: `?path=`. */
export function GET(request: Request, { params }: { params: Params }): Promise<Response> {
	return answer(async () => {
		const allowed = mayReadChange(await requireActorForRequest(request));
		if (allowed !== true) throw new Refusal('forbidden', allowed);
		const bytes = await fileAsked({ ...(await params), path: new URL(request.url).searchParams.get('path') });
		if (!bytes) throw new Refusal('not_found', 'There is no such file.');
		return new Response(new Uint8Array(bytes), {
			headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
		});
	});
}

async function fileAsked(asked: unknown): Promise<Buffer | null> {
	const { data: ask } = askSchema.safeParse(asked);
	const change = ask && (await store().change.findUnique({ where: { number: ask.number }, select: { id: true } }));
	return change ? readRevisionFile(store(), { changeId: change.id, revision: ask.revision, path: ask.path }) : null;
}
