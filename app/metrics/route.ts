import { env } from '#lib/env.ts';
import { isAllowedToScrape, openMetrics } from '#lib/health/metrics.ts';
import { store } from '#lib/store/client.ts';
import { openStreams } from '#lib/stream/stream-places.ts';
import { queueDepth } from '#lib/worker/web-queue.ts';

export const dynamic = 'force-dynamic';

const held = globalThis as { countersignMetrics?: ReturnType<typeof openMetrics> };

/** For Prometheus, with the deployer's token. Without a token in the settings this page does not exist. */
export async function GET(request: Request): Promise<Response> {
	const token = env().COUNTERSIGN_METRICS_TOKEN;
	if (!token) return new Response(null, { status: 404 });
	if (!isAllowedToScrape(request.headers.get('authorization'), token)) return new Response(null, { status: 401 });
	held.countersignMetrics ??= openMetrics({ store: store(), queueDepth, openStreams });
	return new Response(await held.countersignMetrics.metrics(), {
		headers: { 'content-type': held.countersignMetrics.contentType, 'cache-control': 'no-store' },
	});
}
