import { readReadiness } from '#lib/health/read-readiness.ts';
import { store } from '#lib/store/client.ts';
import { isDraining } from '#lib/stream/end-streams.ts';
import { wakeupsOf } from '#lib/stream/wakeups.ts';
import { queueDepth } from '#lib/worker/web-queue.ts';

export const dynamic = 'force-dynamic';

/** Whether a load balancer should send requests here: 200, or 503 with the reasons. */
export async function GET(): Promise<Response> {
	const readiness = await readReadiness({
		store: store(),
		askQueue: queueDepth,
		isListening: wakeupsOf('countersign_journal').isUp,
		isDraining,
	});
	return Response.json(readiness, { status: readiness.ready ? 200 : 503, headers: { 'cache-control': 'no-store' } });
}
