import { get } from 'node:http';

/** Reads a run's stream from where the reader is, until it has `until` events in all. Returns the ids of those that came. */
export function followStream(from: { port: number; runId: string; after: number; until: number }): Promise<number[]> {
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
					if (id && after + ids.length < until) ids.push(Number(id));
				}
				if (after + ids.length < until) return;
				request.destroy();
				resolve(ids);
			});
			response.on('end', () => reject(new Error(`the stream ended after event ${after + ids.length}`)));
		});
		request.on('error', reject);
	});
}
