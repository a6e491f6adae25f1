import { setTimeout as wait } from 'node:timers/promises';
import type { Target } from '#lib/domain/target/target.ts';
import { callEndpoint } from './call-endpoint.ts';

/** The application answers 2xx at once and reports the mode when its last writes are done: how long that may take. */
const REPORT_TIMEOUT_MS = 15_000;
const POLL_MS = 200;

type Endpoints = Exclude<Target['maintenance'], 'none'>;

/** Turns maintenance mode on or off, and returns when the application *reports* it. Throws when it does not. */
export async function setMaintenanceMode(endpoints: Endpoints, on: boolean): Promise<void> {
	await callEndpoint({ url: on ? endpoints.enable : endpoints.disable, method: 'POST', token: endpoints.token });
	const deadline = Date.now() + REPORT_TIMEOUT_MS;
	while ((await reportsMaintenance(endpoints)) !== on) {
		if (Date.now() > deadline) {
			throw new Error(`the application accepted the call but still reports maintenance mode ${on ? 'off' : 'on'} at ${endpoints.status}`);
		}
		await wait(POLL_MS);
	}
}

/** What the application reports. Throws when the answer is not `{"maintenance": true|false}`. */
export async function reportsMaintenance(endpoints: Endpoints): Promise<boolean> {
	const answer = await callEndpoint({ url: endpoints.status, method: 'GET', token: endpoints.token });
	const reported = (answer as { maintenance?: unknown } | null)?.maintenance;
	if (typeof reported !== 'boolean') throw new Error(`${endpoints.status} did not answer {"maintenance": true|false}`);
	return reported;
}
