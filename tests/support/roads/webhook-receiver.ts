import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** How it misbehaves. `drip`: it answers a byte at a time. `lost`: it takes the message, and the line is cut before it says so. */
export type WebhookMisbehaviour = 'fail' | 'hang' | 'drip' | 'redirect' | 'lost' | null;
export type Received = { headers: Record<string, string>; body: string };

export type WebhookReceiver = { url: string; received: Received[]; misbehave(how: WebhookMisbehaviour): void; close(): Promise<void> };

/** A real HTTP server that keeps what it was sent. Where it redirects to, everything is taken. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
	const received: Received[] = [];
	let how: WebhookMisbehaviour = null;
	const server = createServer(async (request, response) => {
		let body = '';
		for await (const chunk of request) body += chunk;
		received.push({ headers: request.headers as Record<string, string>, body });
		if (request.url === '/yes' || how === null) return void response.end('ok');
		if (how === 'fail') return void response.writeHead(500).end('no');
		if (how === 'redirect') return void response.writeHead(307, { location: '/yes' }).end();
		if (how === 'lost') return void response.destroy();
		if (how === 'drip') await drip(response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const bound = server.address();
	if (!bound || typeof bound === 'string') throw new Error('the receiver of the tests has no port');
	return {
		url: `http://127.0.0.1:${bound.port}/services/T0/secret-of-the-channel`,
		received,
		misbehave: (next) => {
			how = next;
		},
		close: async () => {
			server.closeAllConnections();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}

/** An answer of 200 that never ends. */
async function drip(response: ServerResponse): Promise<void> {
	response.writeHead(200);
	while (!response.destroyed && response.write('.')) await wait(50);
}
