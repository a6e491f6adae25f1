import { get } from 'node:http';

/** Reads a run's stream from where the reader is, until it has `until` events in all, the stream is over, or the server is gone. */
export function followStream(from: {
	port: number;
	runId: string;
	after: number;
	until: number;
}): Promise<{ ids: number[]; over: boolean }> {
	const { port, runId, after, until } = from;
	const ids: number[] = [];
	return new Promise((resolve, reject) => {
		const request = get({ host: '127.0.0.1', port, path: `/${runId}`, headers: { 'last-event-id': String(after) } }, (response) => {
			let rest = '';
			response.setEncoding('utf8');
			response.on('data', (text: string) => {
				const events = (rest + text).split('\n\n');
				// What is not whole was not received.
				rest = events.pop() ?? '';
				for (const event of events) {
					const id = /^id: (\d+)$/m.exec(event)?.[1];
					if (id) ids.push(Number(id));
					if (/^event: end$/m.test(event)) return finish(true);
					if (after + ids.length >= until) return finish(false);
				}
			});
			response.on('error', () => finish(false));
			response.on('close', () => finish(false));
		});
		const finish = (over: boolean) => {
			request.destroy();
			resolve({ ids, over });
		};
		request.on('error', (error) => (ids.length > 0 ? finish(false) : reject(error)));
	});
}
