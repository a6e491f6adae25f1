// The console's streams without its pages, in a process of their own: GET /RUN with Last-Event-ID. Prints its port.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { store } from '#lib/store/client.ts';
import { journalStream } from '#lib/stream/journal-stream.ts';
import { wakeupsOf } from '#lib/stream/wakeups.ts';

const server = createServer((request, response) => {
	const gone = new AbortController();
	response.on('close', () => gone.abort());
	const stream = journalStream({
		store: store(),
		runId: (request.url ?? '/').slice(1),
		after: Number(request.headers['last-event-id'] ?? '0'),
		wakeups: wakeupsOf('countersign_journal'),
		mayGoOn: async () => true,
		signal: gone.signal,
		onClosed: () => undefined,
	});
	response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
	Readable.fromWeb(stream as never).pipe(response);
});
server.listen(0, '127.0.0.1', () => {
	const address = server.address();
	console.log(address && typeof address === 'object' ? address.port : '');
});
