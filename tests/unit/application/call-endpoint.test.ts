import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { callEndpoint } from '#lib/application/call-endpoint.ts';
import { askPrometheusForCpu } from '#lib/application/prometheus-cpu.ts';
import type { Alert } from '#lib/domain/notice.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { sendAlert } from '#lib/notify/roads/send-alert.ts';
import { until } from '#tests/support/sql.ts';

const CHUNK = 'a'.repeat(16 * 1024);

/** A server for the length of a test. Returns its address. */
async function serve(answer: RequestListener): Promise<string> {
	const server = createServer(answer).listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends as much as the other side takes, until that closes. */
function sendWithoutEnd(response: ServerResponse): void {
	while (response.writable && response.write(CHUNK));
	response.once('drain', () => sendWithoutEnd(response));
}

test('an answer without end is read to 64 KiB, and then the connection is closed', async () => {
	let closed: Promise<unknown> = Promise.resolve();
	const url = await serve((_, response) => {
		closed = once(response, 'close');
		sendWithoutEnd(response);
	});
	expect(await callEndpoint({ url, method: 'GET' })).toHaveLength(64 * 1024);
	await closed;
});

test('Prometheus, too, is read no further', async () => {
	const cpu = askPrometheusForCpu(await serve((_, response) => sendWithoutEnd(response)));
	onTestFinished(cpu.stop);
	const said = await until('what Prometheus answered', async () => {
		const reading = cpu.read();
		return 'notMeasured' in reading && reading.notMeasured !== 'Prometheus has not answered yet' && reading.notMeasured;
	});
	expect(said).toContain('JSON');
});

test('an answer that breaks off is an error that names the endpoint', async () => {
	const url = await serve((_, response) => {
		response.writeHead(200, { 'content-length': 1_000 }).write('{"maintenance": true', () => response.destroy());
	});
	await expect(callEndpoint({ url, method: 'GET' })).rejects.toThrow(`GET ${url}: `);
});

test('a redirect is not followed', async () => {
	const asked: string[] = [];
	const url = await serve((request, response) => {
		asked.push(request.url ?? '');
		response.writeHead(307, { location: '/elsewhere' }).end();
	});
	await expect(callEndpoint({ url, method: 'POST', body: {} })).rejects.toThrow(`POST ${url} answered 307`);
	expect(asked).toEqual(['/']);
});

test('a token that cannot be sent is not told', async () => {
	process.env.TEST_TOKEN_OF_TWO_LINES = 'first line\nsecond line';
	const url = await serve((_, response) => response.end());
	const said = String(await callEndpoint({ url, method: 'GET', token: { env: 'TEST_TOKEN_OF_TWO_LINES' } }).catch((error) => error));
	expect(said).toContain('[redacted]');
	expect(said).not.toMatch(/first|second/);
});

test('an alert that was not taken says why, and keeps the address of the webhook to itself', async () => {
	const webhook = `${await serve((_, response) => response.writeHead(404).end())}/services/T0/secret-of-the-channel`;
	const targets = { byName: new Map([['x', { alerts: { webhook } } as Target]]), digest: 'of the tests' };
	const alert: Alert = { text: 'x', severity: 'info', target: 'x', change: 'CHG-1', run: 'x', outcome: 'succeeded' };
	const why = String(await sendAlert(targets, { id: 'x', alert }).catch((error) => error));
	expect(why).toContain('answered 404');
	expect(why).not.toContain('secret-of-the-channel');
});
