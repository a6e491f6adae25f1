import { mayFile } from '#lib/access/policy.ts';
import { requireActorForRequest } from '#lib/access/require-actor.ts';
import { Refusal } from '#lib/errors.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { readTargetNames } from '#lib/views/change/read-target-names.ts';
import { answer } from '../../../answer.ts';

/** What a target holds by name, for people who write changes for it. */
export function GET(request: Request, { params }: { params: Promise<{ name: string }> }): Promise<Response> {
	return answer(async () => {
		const allowed = mayFile(await requireActorForRequest(request));
		if (allowed !== true) throw new Refusal('forbidden', allowed);
		const target = findTarget(targets(), (await params).name);
		return Response.json(await readTargetNames(target, new Date()), { headers: { 'cache-control': 'no-store' } });
	});
}
