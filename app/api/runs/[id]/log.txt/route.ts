import { store } from '#lib/store/client.ts';
import { readLogText } from '#lib/views/run/read-log-text.ts';
import { answer } from '../../../answer.ts';
import { requireRun } from '../../require-run.ts';

/** The whole log of a run as plain text: the page shows a part of it at a time. */
export function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
	return answer(async () => {
		const { runId } = await requireRun(request, params);
		const text = textStream(readLogText(store(), runId));
		return new Response(text, { headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' } });
	});
}

/** Read on as the reader takes it: a slow one costs no memory, and one who leaves ends it. */
function textStream(parts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	return new ReadableStream({
		async pull(controller) {
			const { done, value } = await parts.next();
			if (done) controller.close();
			else controller.enqueue(encoder.encode(value));
		},
		async cancel() {
			await parts.return(undefined);
		},
	});
}
