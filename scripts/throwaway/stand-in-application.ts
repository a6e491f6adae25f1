import { createServer } from 'node:http';
import type { SecretRef } from '#lib/domain/target/target.ts';

export type StandIn = {
	url: string;
	alerts: unknown[];
	maintenance: () => boolean;
	/** What its health endpoint answers from now on: 200, or 503. */
	setHealthy: (healthy: boolean) => void;
	close: () => Promise<void>;
};

/** What every target has beside its database, in memory: maintenance mode, health, services that stop and start, a webhook for alerts. */
export async function startStandInApplication(): Promise<StandIn> {
	let maintenance = false;
	let healthy = true;
	const stopped = new Set<string>();
	const alerts: unknown[] = [];
	const setMaintenance = (on: boolean) => {
		maintenance = on;
		return { maintenance };
	};
	const answers: Record<string, (name: string, body: string) => unknown> = {
		'POST maintenance/enable': () => setMaintenance(true),
		'POST maintenance/disable': () => setMaintenance(false),
		'GET maintenance': () => ({ maintenance }),
		'GET health': () => (healthy ? { status: 'ok' } : null),
		'POST stop': (name) => ({ running: !stopped.add(name) }),
		'POST start': (name) => ({ running: stopped.delete(name) }),
		'GET service': (name) => ({ running: !stopped.has(name) }),
		'POST alerts': (_, body) => ({ taken: alerts.push(JSON.parse(body)) }),
	};
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk) => {
			body += chunk;
		});
		request.on('end', () => {
			const url = new URL(request.url ?? '/', 'http://localhost');
			const answer = answers[`${request.method} ${url.pathname.slice(1)}`];
			const said = answer?.(url.searchParams.get('name') ?? '', body) ?? null;
			response.writeHead(answer ? (said ? 200 : 503) : 404, { 'content-type': 'application/json' });
			response.end(JSON.stringify(said ?? {}));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (!address || typeof address === 'string') throw new Error('the stand-in application has no port');
	return {
		url: `http://127.0.0.1:${address.port}`,
		alerts,
		maintenance: () => maintenance,
		setHealthy: (now) => {
			healthy = now;
		},
		close: () => new Promise((resolve) => server.close(() => resolve())),
	};
}

/** The endpoints of a stand-in application, as a target's definition names them. */
export function endpointsOf(app: StandIn, services: string[], token: SecretRef) {
	return {
		maintenance: {
			enable: `${app.url}/maintenance/enable`,
			disable: `${app.url}/maintenance/disable`,
			status: `${app.url}/maintenance`,
			token,
		},
		health: `${app.url}/health`,
		alerts: { webhook: `${app.url}/alerts` },
		services: services.map((name) => {
			const query = `?name=${encodeURIComponent(name)}`;
			return { name, http: { stop: `${app.url}/stop${query}`, start: `${app.url}/start${query}`, status: `${app.url}/service${query}` } };
		}),
	};
}
