import { requireActorForRequest } from '#lib/access/require-actor.ts';
import { Refusal } from '#lib/errors.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { readPreflight } from '#lib/views/change/read-preflight.ts';
import { answer } from '../../../answer.ts';

/** What is in the way of a run that began now, for whoever may execute the change: asked of the target at each request. */
export function GET(request: Request, { params }: { params: Promise<{ number: string }> }): Promise<Response> {
	return answer(async () => {
		const actor = await requireActorForRequest(request);
		const { number } = await params;
		if (!/^[1-9]\d{0,8}$/.test(number)) throw new Refusal('not_found', 'This change does not exist.');
		const found = await readPreflight({ store: store(), targets: targets(), actor, number: Number(number), now: new Date() });
		return Response.json(found, { headers: { 'cache-control': 'no-store' } });
	});
}
