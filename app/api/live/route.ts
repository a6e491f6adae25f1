import { peekActor } from '#lib/access/find-actor.ts';
import { mayReadChange } from '#lib/access/policy.ts';
import { requireActorForRequest } from '#lib/access/require-actor.ts';
import { Refusal } from '#lib/errors.ts';
import { readRecordSeq } from '#lib/record/record-seq.ts';
import { store } from '#lib/store/client.ts';
import { liveStream } from '#lib/stream/live-stream.ts';
import { takeStreamPlace } from '#lib/stream/stream-places.ts';
import { wakeupsOf } from '#lib/stream/wakeups.ts';
import { answer } from '../answer.ts';
import { streamResponse } from '../stream-response.ts';

/** What moves in the console, as Server-Sent Events, for the pages that show it. */
export function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const actor = await requireActorForRequest(request);
		const allowed = mayReadChange(actor);
		if (allowed !== true) throw new Refusal('forbidden', allowed);
		const stream = liveStream({
			record: wakeupsOf('countersign_record'),
			journal: wakeupsOf('countersign_journal'),
			readSeq: () => readRecordSeq(store()),
			mayGoOn: async () => {
				const still = await peekActor(store(), { sessionId: actor.sessionId, personId: actor.id });
				return still !== null && mayReadChange(still) === true;
			},
			signal: request.signal,
			onClosed: takeStreamPlace(actor.id),
		});
		return streamResponse(stream);
	});
}
