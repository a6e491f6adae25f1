import { join } from 'node:path';
import type { Claim } from './claim.ts';
import { PLACES, ROOT } from './places.ts';
import { type Started, startProcess } from './start-process.ts';
import type { DemoState } from './state.ts';
import { secretFile } from './targets-file.ts';

type Sample = { name: string; database: string; port: number; stateFile: string; log: string };

/** The sample application beside production. */
export function startSample(state: DemoState, claim: Claim): Promise<Started> {
	const { sampleState: stateFile, sampleLog: log } = PLACES;
	return startOneSample(
		{ name: 'the sample application', database: 'ehg_production', port: state.ports.sample, stateFile, log },
		state,
		claim,
	);
}

/** The same application beside the staging target: maintenance mode there leaves production alone. */
export function startStagingSample(state: DemoState, claim: Claim): Promise<Started> {
	const { sampleStagingState: stateFile, sampleStagingLog: log } = PLACES;
	const port = state.ports.sampleStaging;
	return startOneSample({ name: 'the sample application on staging', database: 'ehg_staging', port, stateFile, log }, state, claim);
}

function startOneSample(sample: Sample, state: DemoState, claim: Claim): Promise<Started> {
	const { ports, passwords, sampleToken } = state;
	return startProcess(
		{
			name: sample.name,
			args: [join(ROOT, 'demo/app/main.ts')],
			env: {
				SAMPLE_DATABASE_HOST: '127.0.0.1',
				SAMPLE_DATABASE_PORT: String(ports.target),
				SAMPLE_DATABASE_NAME: sample.database,
				SAMPLE_DATABASE_USER: 'ehg_app',
				SAMPLE_DATABASE_PASSWORD_FILE: secretFile('ehg-app', passwords.ehgApp).file,
				SAMPLE_TOKEN_FILE: secretFile('sample-token', sampleToken).file,
				SAMPLE_PORT: String(sample.port),
				SAMPLE_STATE_FILE: sample.stateFile,
			},
			log: sample.log,
			readyUrl: `http://127.0.0.1:${sample.port}/`,
		},
		claim,
	);
}

/** Takes every mail of the demo, and shows them on a page of its own. */
export function startMail({ ports }: DemoState, claim: Claim): Promise<Started> {
	return startProcess(
		{
			name: 'the mail catcher',
			args: [join(ROOT, 'demo/mail/main.ts')],
			env: { CATCHER_SMTP_PORT: String(ports.smtp), CATCHER_PORT: String(ports.mail) },
			log: PLACES.mailLog,
			readyUrl: `http://127.0.0.1:${ports.mail}/`,
		},
		claim,
	);
}

/** The console: pages and worker in one process, reachable from this machine only. */
export function startWeb({ ports, passwords, nextauthSecret }: DemoState, claim: Claim): Promise<Started> {
	return startProcess(
		{
			name: 'the console',
			args: [join(ROOT, 'node_modules/next/dist/bin/next'), 'start', '--hostname', '127.0.0.1', '--port', String(ports.web)],
			env: {
				NODE_ENV: 'production',
				NEXT_TELEMETRY_DISABLED: '1',
				NEXTAUTH_URL: `http://localhost:${ports.web}`,
				NEXTAUTH_SECRET: nextauthSecret,
				COUNTERSIGN_DATABASE_URL: `postgresql://countersign_app:${passwords.consoleApp}@127.0.0.1:${ports.console}/countersign`,
				COUNTERSIGN_TARGETS: PLACES.targetsFile,
				COUNTERSIGN_TEMPLATES: join(ROOT, 'demo/templates'),
				COUNTERSIGN_WORKER: 'in-web',
				COUNTERSIGN_SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
				COUNTERSIGN_MAIL_FROM: 'Countersign <countersign@localhost>',
			},
			log: PLACES.webLog,
			readyUrl: `http://127.0.0.1:${ports.web}/sign-in`,
		},
		claim,
	);
}
