import { peekActor } from '#lib/access/find-actor.ts';
import { mayReadChange } from '#lib/access/policy.ts';
import { store } from '#lib/store/client.ts';
import { journalStream } from '#lib/stream/journal-stream.ts';
import { journalWakeups } from '#lib/stream/journal-wakeups.ts';
import { takeStreamPlace } from '#lib/stream/stream-places.ts';
import { answer } from '../../answer.ts';
import { requireRun, rowNumber } from '../../require-run.ts';

/** The journal of a run as Server-Sent Events, from where the reader is: Last-Event-ID, which browsers send by themselves, or ?after. */
export function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
	return answer(async () => {
		const { actor, runId } = await requireRun(request, params);
		const after = rowNumber(request.headers.get('last-event-id') ?? new URL(request.url).searchParams.get('after') ?? '0');
		const stream = journalStream({
			store: store(),
			runId,
			after,
			wakeups: journalWakeups(),
			mayGoOn: async () => {
				const still = await peekActor(store(), { sessionId: actor.sessionId, personId: actor.id });
				return still !== null && mayReadChange(still) === true;
			},
			signal: request.signal,
			onClosed: takeStreamPlace(actor.id),
		});
		return new Response(stream, {
			headers: {
				'content-type': 'text/event-stream; charset=utf-8',
				'cache-control': 'no-cache, no-transform',
				'x-accel-buffering': 'no',
			},
		});
	});
}
