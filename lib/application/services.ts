import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Service } from '#lib/domain/target/target.ts';
import { callEndpoint } from './call-endpoint.ts';

const run = promisify(execFile);
/** How long a service may take to stop or start. */
const SEEN_TIMEOUT_MS = 60_000;
const POLL_MS = 250;
/** systemd itself gives a unit 90 s to stop by default. */
const SYSTEMCTL_TIMEOUT_MS = 120_000;

/** Stops a service and returns when it *reports* that it has stopped. Throws when it does not. */
export async function stopService(service: Service): Promise<void> {
	await command(service, 'stop');
	await waitUntil(service, false);
}

/** Starts a service and returns when it reports that it is running. Throws when it does not. */
export async function startService(service: Service): Promise<void> {
	await command(service, 'start');
	await waitUntil(service, true);
}

async function command(service: Service, verb: 'stop' | 'start'): Promise<void> {
	if ('systemd' in service) await run('systemctl', [verb, '--', service.systemd], { timeout: SYSTEMCTL_TIMEOUT_MS });
	else await callEndpoint({ url: service.http[verb], method: 'POST', token: service.http.token });
}

/** Whether a service is seen running. Throws when it does not say. */
export async function isRunning(service: Service): Promise<boolean> {
	if ('systemd' in service) {
		const { stdout } = await run('systemctl', ['show', '--property=ActiveState', '--value', '--', service.systemd], {
			timeout: SYSTEMCTL_TIMEOUT_MS,
		});
		return !['inactive', 'failed'].includes(stdout.trim());
	}
	const answer = await callEndpoint({ url: service.http.status, method: 'GET', token: service.http.token });
	const running = (answer as { running?: unknown } | null)?.running;
	if (typeof running !== 'boolean') throw new Error(`${service.http.status} did not answer {"running": true|false}`);
	return running;
}

async function waitUntil(service: Service, running: boolean): Promise<void> {
	const deadline = Date.now() + SEEN_TIMEOUT_MS;
	while ((await isRunning(service)) !== running) {
		if (Date.now() > deadline)
			throw new Error(`${service.name} has not ${running ? 'started' : 'stopped'} after ${SEEN_TIMEOUT_MS / 1000} s`);
		await wait(POLL_MS);
	}
}
