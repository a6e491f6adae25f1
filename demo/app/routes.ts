import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { readHealth } from './health.ts';
import { InMaintenance, type Maintenance } from './maintenance.ts';
import { isMisbehaviour, MISBEHAVIOURS, type Misbehaviour } from './misbehaviour.ts';
import { page } from './page.ts';
import type { Service } from './service.ts';
import { recordMeasurement } from './work.ts';

const MOST_BODY_BYTES = 64 * 1024;
const MOST_ALERTS = 100;

export type ReceivedAlert = { at: string; body: unknown };

/** All that the routes work with. */
export type Application = {
	token: string;
	maintenance: Maintenance;
	services: Map<string, Service>;
	alerts: ReceivedAlert[];
	misbehaviour: Misbehaviour;
	health(): ReturnType<typeof readHealth>;
};

type Reply = { status: number; body: unknown } | { html: string } | 'never';
type Handler = (application: Application, input: { body: unknown; service?: Service }) => Reply | Promise<Reply>;
type Route = { method: 'GET' | 'POST'; path: RegExp; handle: Handler; guarded?: true };

const ROUTES: Route[] = [
	{ method: 'GET', path: /^\/$/, handle: () => ({ html: page() }) },
	{ method: 'GET', path: /^\/state$/, handle: readState },
	{ method: 'GET', path: /^\/api\/health$/, handle: health },
	{ method: 'GET', path: /^\/api\/ventures$/, handle: ventures },
	{ method: 'POST', path: /^\/api\/measurements$/, handle: measurements },
	{ method: 'GET', path: /^\/api\/maintenance$/, handle: reportMaintenance },
	{ method: 'POST', path: /^\/api\/maintenance\/enable$/, handle: enableMaintenance, guarded: true },
	{ method: 'POST', path: /^\/api\/maintenance\/disable$/, handle: disableMaintenance, guarded: true },
	{ method: 'GET', path: /^\/services\/([a-z-]+)\/status$/, handle: (_, { service }) => ok({ running: service?.isRunning() ?? false }) },
	{ method: 'POST', path: /^\/services\/([a-z-]+)\/stop$/, handle: stopService, guarded: true },
	{ method: 'POST', path: /^\/services\/([a-z-]+)\/start$/, handle: startService, guarded: true },
	{ method: 'GET', path: /^\/alerts$/, handle: ({ alerts }) => ok(alerts) },
	{ method: 'POST', path: /^\/alerts$/, handle: takeAlert },
	{ method: 'POST', path: /^\/misbehave$/, handle: misbehave },
];

/** Answers one request. Whatever goes wrong becomes a 500 with its message: it is a sample, and its operator wants to know. */
export async function answer(application: Application, request: IncomingMessage, response: ServerResponse): Promise<void> {
	try {
		const reply = await replyTo(application, request);
		if (reply === 'never') return;
		if ('html' in reply) send(response, 200, 'text/html; charset=utf-8', reply.html);
		else send(response, reply.status, 'application/json', JSON.stringify(reply.body));
	} catch (error) {
		const status = error instanceof InMaintenance ? 503 : 500;
		send(response, status, 'application/json', JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
	}
}

async function replyTo(application: Application, request: IncomingMessage): Promise<Reply> {
	const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
	const route = ROUTES.find(({ method, path }) => method === request.method && path.test(pathname));
	if (!route) return { status: 404, body: { error: 'there is nothing here' } };
	if (route.guarded && !carriesToken(request, application.token)) return { status: 401, body: { error: 'the token is missing or wrong' } };
	const name = route.path.exec(pathname)?.[1];
	const service = name === undefined ? undefined : application.services.get(name);
	if (name !== undefined && !service) return { status: 404, body: { error: `there is no service ${name}` } };
	const body = request.method === 'POST' ? await readBody(request) : null;
	return route.handle(application, service ? { body, service } : { body });
}

function ok(body: unknown): Reply {
	return { status: 200, body };
}

async function readState(application: Application): Promise<Reply> {
	const services = [...application.services.values()].map((service) => ({
		name: service.name,
		running: service.isRunning(),
		rounds: service.rounds(),
		lastError: service.lastError(),
	}));
	const { maintenance, alerts, misbehaviour } = application;
	return ok({ maintenance: maintenance.isReported(), misbehaviour, misbehaviours: MISBEHAVIOURS, services, alerts: alerts.slice(0, 10) });
}

async function health(application: Application): Promise<Reply> {
	const found = await application.health();
	return { status: found.status === 'ok' ? 200 : 503, body: { ...found, maintenance: application.maintenance.isReported() } };
}

async function ventures({ services }: Application): Promise<Reply> {
	const found = await services.get('ehg-app')?.query('SELECT slug, name, stage, directives FROM views.vh_linkage_status ORDER BY slug');
	return ok(found?.rows);
}

async function measurements(application: Application, { body }: { body: unknown }): Promise<Reply> {
	const { slug, metric, value } = (body ?? {}) as Record<string, unknown>;
	const app = application.services.get('ehg-app');
	if (!app || typeof slug !== 'string' || typeof metric !== 'string' || typeof value !== 'number') {
		return { status: 422, body: { error: 'wanted: {"slug": text, "metric": text, "value": number}' } };
	}
	const circumstances = { maintenance: application.maintenance, misbehaviour: () => application.misbehaviour };
	const written = await recordMeasurement(app, circumstances, { slug, metric, value });
	return written ? { status: 201, body: { written: 1 } } : { status: 404, body: { error: `there is no venture ${slug}` } };
}

function reportMaintenance({ maintenance }: Application): Reply {
	return ok({ maintenance: maintenance.isReported() });
}

async function enableMaintenance({ maintenance, misbehaviour }: Application): Promise<Reply> {
	if (misbehaviour === 'maintenance-500') return { status: 500, body: { error: 'told to fail' } };
	if (misbehaviour === 'maintenance-hang') return 'never';
	if (misbehaviour !== 'maintenance-lies') await maintenance.enable();
	return ok({ accepted: true });
}

async function disableMaintenance({ maintenance }: Application): Promise<Reply> {
	maintenance.disable();
	return ok({ accepted: true });
}

async function stopService(_: Application, { service }: { service?: Service }): Promise<Reply> {
	await service?.stop();
	return ok({ running: false });
}

function startService(_: Application, { service }: { service?: Service }): Reply {
	service?.start();
	return ok({ running: true });
}

function takeAlert({ alerts }: Application, { body }: { body: unknown }): Reply {
	alerts.unshift({ at: new Date().toISOString(), body });
	alerts.length = Math.min(alerts.length, MOST_ALERTS);
	return ok({ taken: true });
}

function misbehave(application: Application, { body }: { body: unknown }): Reply {
	const mode = (body as { mode?: unknown } | null)?.mode;
	if (!isMisbehaviour(mode)) return { status: 422, body: { error: `one of: ${Object.keys(MISBEHAVIOURS).join(', ')}` } };
	application.misbehaviour = mode;
	return ok({ misbehaviour: mode });
}

function carriesToken(request: IncomingMessage, token: string): boolean {
	const given = Buffer.from(request.headers.authorization ?? '');
	const wanted = Buffer.from(`Bearer ${token}`);
	return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** The body as JSON; as text when it is none, null when it is empty. A page of another site cannot send JSON here. */
async function readBody(request: IncomingMessage): Promise<unknown> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request) {
		length += chunk.length;
		if (length > MOST_BODY_BYTES) throw new Error(`more than ${MOST_BODY_BYTES} bytes`);
		chunks.push(chunk);
	}
	const text = Buffer.concat(chunks).toString('utf8');
	if (text === '') return null;
	return request.headers['content-type']?.startsWith('application/json') ? JSON.parse(text) : text;
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
	response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
	response.end(body);
}
