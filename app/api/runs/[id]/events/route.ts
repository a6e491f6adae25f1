import { findActor } from '#lib/access/find-actor.ts';
import { mayReadChange } from '#lib/access/policy.ts';
import { store } from '#lib/store/client.ts';
import { journalStream } from '#lib/stream/journal-stream.ts';
import { takeStreamPlace } from '#lib/stream/stream-places.ts';
import { wakeupsOf } from '#lib/stream/wakeups.ts';
import { answer } from '../../../answer.ts';
import { streamResponse } from '../../../stream-response.ts';
import { requireRun, rowNumber } from '../../require-run.ts';

/** The journal of a run as Server-Sent Events, after the last row the reader has: Last-Event-ID, which browsers send by themselves, or ?after. */
export function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
	return answer(async () => {
		const { actor, runId } = await requireRun(request, params);
		const after = rowNumber(request.headers.get('last-event-id') ?? new URL(request.url).searchParams.get('after') ?? '0');
		const stream = journalStream({
			store: store(),
			runId,
			after,
			wakeups: wakeupsOf('countersign_journal'),
			mayGoOn: async () => {
				// Whoever watches a run is at work, and stays signed in until it is over: Abort must not meet an ended session.
				const still = await findActor(store(), { sessionId: actor.sessionId, personId: actor.id });
				return still !== null && mayReadChange(still) === true;
			},
			signal: request.signal,
			onClosed: takeStreamPlace(actor.id),
		});
		return streamResponse(stream);
	});
}
