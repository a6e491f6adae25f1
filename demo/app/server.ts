import { createServer } from 'node:http';
import { readHealth } from './health.ts';
import { keepMaintenance } from './maintenance.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import { type Application, answer, type ReceivedAlert } from './routes.ts';
import { type DatabaseSettings, makeService } from './service.ts';
import { ingestRound, serveRound } from './work.ts';

export type SampleSettings = {
	/** As the application's own role. */
	database: DatabaseSettings;
	/** On 127.0.0.1; 0 for any free one. */
	port: number;
	/** What the maintenance and service endpoints want as `Authorization: Bearer`. */
	token: string;
	/** Where maintenance mode is kept. */
	stateFile: string;
};

export type SampleApplication = {
	/** Its address, without a slash at the end. */
	url: string;
	misbehave(mode: Misbehaviour): void;
	/** The newest first. */
	alerts(): ReceivedAlert[];
	/** Stops its services and its server. */
	close(): Promise<void>;
};

const APP_EVERY_MS = 500;
const INGEST_EVERY_MS = 400;

/** Starts the sample application: two services that work with the target, and the endpoints that a production application has. */
export async function startSampleApplication({ database, port, token, stateFile }: SampleSettings): Promise<SampleApplication> {
	const maintenance = keepMaintenance(stateFile);
	const circumstances = { maintenance, misbehaviour: () => application.misbehaviour };
	const app = makeService({ name: 'ehg-app', database, everyMs: APP_EVERY_MS, round: (service) => serveRound(service, circumstances) });
	const ingest = makeService({
		name: 'ehg-ingest',
		database,
		everyMs: INGEST_EVERY_MS,
		round: (service) => ingestRound(service, circumstances),
	});
	const application: Application = {
		token,
		maintenance,
		services: new Map([app, ingest].map((service) => [service.name, service])),
		alerts: [],
		misbehaviour: 'none',
		health: () => readHealth(app, application.misbehaviour),
	};

	const server = createServer((request, response) => answer(application, request, response));
	await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
	const address = server.address();
	if (!address || typeof address !== 'object') throw new Error('the sample application has no address');
	for (const service of application.services.values()) service.start();

	return {
		url: `http://127.0.0.1:${address.port}`,
		misbehave: (mode) => {
			application.misbehaviour = mode;
		},
		alerts: () => [...application.alerts],
		close: async () => {
			await Promise.all([...application.services.values()].map((service) => service.stop()));
			const closed = new Promise((resolve) => server.close(resolve));
			server.closeAllConnections();
			await closed;
		},
	};
}
