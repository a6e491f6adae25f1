// npm run demo: everything that Countersign needs, on this machine, in .data/, until Ctrl-C.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { enroll } from '#lib/postgres/enrollment/enroll.ts';
import { endLeftoverServer } from '#scripts/set-up/cluster.ts';
import { lastLines } from '#scripts/set-up/last-lines.ts';
import { migrateConsole } from '#scripts/set-up/migrate-console.ts';
import { ensurePostgresql } from '#scripts/set-up/postgresql.ts';
import { prepareConsole } from '#scripts/set-up/prepare-console.ts';
import { buildConsole, isBuilt } from './build-console.ts';
import { type Claim, claimDemo } from './claim.ts';
import { startClusters } from './clusters.ts';
import { loadTarget } from './load-target.ts';
import { seedPeople } from './people.ts';
import { PLACES } from './places.ts';
import { pruneArchive } from './prune-archive.ts';
import { startMail, startSample, startStagingSample, startWeb } from './servers.ts';
import type { Started } from './start-process.ts';
import { type DemoState, openState } from './state.ts';
import { writeTargetsFile } from './targets-file.ts';
import { tell } from './tell.ts';
import { welcome } from './welcome.ts';

type Demo = { claim: Claim; stopping: AbortSignal; started: Started[] };

const { values: options } = parseArgs({ options: { reset: { type: 'boolean', default: false } } });
const stopping = abortOnSignal();
try {
	const claim = await claimDemo();
	const started: Started[] = [];
	try {
		if (options.reset) await reset();
		console.log(await start({ claim, stopping, started }));
		await untilStopped({ stopping, started });
	} finally {
		await stopAll(started);
		claim.release();
	}
} catch (error) {
	if (!isAbort(error)) {
		console.error(`\n${error instanceof Error ? error.message : error}`);
		process.exitCode = 1;
	}
}
if (stopping.aborted) console.log('Stopped. The data is kept.');

/** Everything in order. Returns what to tell the newcomer. */
async function start(demo: Demo): Promise<string> {
	await step('Finding PostgreSQL', ensurePostgresql);
	const state = await openState();
	pruneArchive({ archive: join(PLACES.target, 'wal-archive'), backups: PLACES.backups });
	const clusters = await step('Starting two PostgreSQL clusters', () => startClusters(state, demo.started));
	await step('Preparing the console’s database', () => prepareConsoleDatabase(state, clusters.console.url));
	const targets = writeTargetsFile(state);
	for (const target of targets) {
		await step(`Preparing the target ${target.name}`, async () => {
			await loadTarget({ url: clusters.target.url, database: target.connection.database, applicationPassword: state.passwords.ehgApp });
			await enroll({ target, superuserUrl: clusters.target.url('postgres') });
		});
	}
	if (!isBuilt()) await step('Building the console', () => buildConsole(demo.stopping));
	await step('Starting the sample application', async () => demo.started.push(await startSample(state, demo.claim)));
	await step('Starting the sample application on staging', async () => demo.started.push(await startStagingSample(state, demo.claim)));
	await step('Starting the mail catcher', async () => demo.started.push(await startMail(state, demo.claim)));
	await step('Starting the console', async () => demo.started.push(await startWeb(state, demo.claim)));
	return welcome({ state, targets });

	function step<T>(title: string, work: () => Promise<T>): Promise<T> {
		demo.stopping.throwIfAborted();
		return tell(title, work);
	}
}

async function prepareConsoleDatabase({ passwords, demoPassword }: DemoState, url: (database: string) => string): Promise<void> {
	const owner = { user: 'countersign_owner', password: passwords.consoleOwner };
	const app = { user: 'countersign_app', password: passwords.consoleApp };
	await prepareConsole(url, { database: 'countersign', owner, app });
	const ownerUrl = new URL(url('countersign'));
	ownerUrl.username = owner.user;
	ownerUrl.password = owner.password;
	await migrateConsole({ ownerUrl: ownerUrl.href });
	await seedPeople({ url: ownerUrl.href, password: demoPassword });
}

async function untilStopped({ stopping, started }: Pick<Demo, 'stopping' | 'started'>): Promise<void> {
	const stopped = new Promise<null>((resolve) => stopping.addEventListener('abort', () => resolve(null), { once: true }));
	const died = await Promise.race([stopping.aborted ? null : stopped, ...started.map((one) => one.ended.then(() => one))]);
	if (died && !stopping.aborted)
		throw new Error(`${died.name} ended. Its last lines (all of them in ${died.log}):\n${lastLines(died.log)}`);
}

/** The last started is stopped first. One that does not stop keeps no other from being stopped. */
async function stopAll(started: Started[]): Promise<void> {
	const errors: unknown[] = [];
	for (const one of started.toReversed()) {
		await tell(`Stopping ${one.name}`, one.stop).catch((error) => errors.push(error));
	}
	if (errors.length > 0) throw errors[0];
}

async function reset(): Promise<void> {
	for (const folder of [PLACES.console, PLACES.target]) await endLeftoverServer(folder);
	for (const path of Object.values(PLACES)) rmSync(path, { recursive: true, force: true });
	console.log('Removed everything that an earlier demo kept in .data/');
}

/** What a step throws because of Ctrl-C is no failure. */
function isAbort(error: unknown): boolean {
	return stopping.aborted && error instanceof Error && error.name === 'AbortError';
}

/** A second signal changes nothing: everything is being stopped already. */
function abortOnSignal(): AbortSignal {
	const controller = new AbortController();
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort());
	// Whoever read what we say is gone (`| head`): without this the next word would kill us, and leave the servers running.
	for (const stream of [process.stdout, process.stderr]) stream.on('error', () => controller.abort());
	return controller.signal;
}
