import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * How one endpoint misbehaves. `lie`: says 200 and does nothing. A function is called instead of answering, and then it is
 * answered rightly: something happens in the middle of the run.
 */
export type Misbehaviour = 'fail' | 'hang' | 'redirect' | 'lie' | (() => Promise<void>);
export type TestApplication = {
	url: string;
	alerts: unknown[];
	maintenance: () => boolean;
	close: () => Promise<void>;
	/** By method and path, as `POST maintenance/enable`. */
	misbehave: Map<string, Misbehaviour>;
	/** What was called, in order, as `POST stop ehg-app`. */
	calls: string[];
};

/** A real HTTP server beside a target: maintenance mode, health, services and alerts, each of which can misbehave. */
export async function startApplication(): Promise<TestApplication> {
	let maintenance = false;
	const stopped = new Set<string>();
	const alerts: unknown[] = [];
	const calls: string[] = [];
	const misbehave: TestApplication['misbehave'] = new Map();
	const setMaintenance = (on: boolean) => {
		maintenance = on;
		return { maintenance };
	};
	const answers: Record<string, (name: string, body: string, idle: boolean) => unknown> = {
		'POST maintenance/enable': (_, __, idle) => (idle ? { maintenance } : setMaintenance(true)),
		'POST maintenance/disable': (_, __, idle) => (idle ? { maintenance } : setMaintenance(false)),
		'GET maintenance': () => ({ maintenance }),
		'GET health': () => ({ status: 'ok' }),
		'POST stop': (name) => ({ running: !stopped.add(name) }),
		'POST start': (name) => ({ running: stopped.delete(name) }),
		'GET service': (name) => ({ running: !stopped.has(name) }),
		'POST alerts': (_, body) => ({ taken: alerts.push(JSON.parse(body)) }),
	};

	async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const body = await readBody(request);
		const url = new URL(request.url ?? '/', 'http://localhost');
		const place = `${request.method} ${url.pathname.slice(1)}`;
		const name = url.searchParams.get('name') ?? '';
		calls.push(name ? `${place} ${name}` : place);
		const how = misbehave.get(place);
		if (how === 'hang') return;
		if (how === 'fail') return void response.writeHead(500).end('{}');
		// Where it leads, everything is answered with yes.
		if (how === 'redirect') return void response.writeHead(302, { location: `${address}/yes` }).end();
		if (typeof how === 'function') await how();
		const said = url.pathname === '/yes' ? () => ({ maintenance: true }) : answers[place];
		response.writeHead(said ? 200 : 404, { 'content-type': 'application/json' });
		response.end(JSON.stringify(said?.(name, body, how === 'lie') ?? {}));
	}

	const server = createServer((request, response) => void answer(request, response));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const bound = server.address();
	if (!bound || typeof bound === 'string') throw new Error('the application of the tests has no port');
	const address = `http://127.0.0.1:${bound.port}`;
	return {
		url: address,
		alerts,
		calls,
		misbehave,
		maintenance: () => maintenance,
		close: async () => {
			server.closeAllConnections();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}

/** Its endpoints and the two services that it stands for, as a target's definition names them. */
export function endpointsOf(url: string, token: { env: string }) {
	const service = (name: string) => {
		const query = `?name=${name}`;
		return { name, http: { stop: `${url}/stop${query}`, start: `${url}/start${query}`, status: `${url}/service${query}` } };
	};
	return {
		maintenance: { enable: `${url}/maintenance/enable`, disable: `${url}/maintenance/disable`, status: `${url}/maintenance`, token },
		health: `${url}/health`,
		alerts: { webhook: `${url}/alerts` },
		services: [service('ehg-app'), service('ehg-ingest')],
	};
}

async function readBody(request: IncomingMessage): Promise<string> {
	let body = '';
	for await (const chunk of request) body += chunk;
	return body;
}
