import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { startMailCatcher } from '#demo/mail/catcher.ts';
import { buildConsole, isBuilt } from '#scripts/demo/build-console.ts';
import { seedPeople } from '#scripts/demo/people.ts';
import { DATA, ROOT } from '#scripts/demo/places.ts';
import { startProcess } from '#scripts/demo/start-process.ts';
import { freePort } from '#scripts/set-up/free-port.ts';
import { migrateConsole } from '#scripts/set-up/migrate-console.ts';
import { prepareConsole } from '#scripts/set-up/prepare-console.ts';
import { makeThrowawayCluster, type ThrowawayCluster } from '#scripts/throwaway/cluster.ts';
import { makeTarget } from './make-target.ts';
import { type Stage, TARGET_NAMES, type TargetName } from './stage.ts';
import { killAtExit, type Stops } from './stops.ts';

/** What the console says in its own log: kept after the tests, for whoever looks for the reason of a failure. */
const LOG = join(ROOT, 'test-results/e2e-console.log');
/** Open all day. */
const OPEN = { from: '00:00', to: '24:00' };

/**
 * Everything real: two clusters, the console's database with its people, targets with their sample applications, and the console
 * in production mode with the worker inside. What is started is added to `stops` at once. Returns the path of the written stage.
 */
export async function startStage(stops: Stops): Promise<string> {
	mkdirSync(dirname(LOG), { recursive: true });
	const folder = mkdtempSync(join(tmpdir(), 'countersign-browser-tests-'));
	stops.push(async () => rmSync(folder, { recursive: true, force: true }));
	const built = isBuilt() ? null : build();
	// It is waited for below; a failure before that must not go unhandled.
	built?.catch(() => undefined);
	const clusters = { console: await startCluster(stops, { archive: false }), target: await startCluster(stops, { archive: true }) };
	const password = randomBytes(12).toString('hex');
	const console_ = await makeConsoleDatabase(clusters.console, password);

	const made = [];
	for (const name of TARGET_NAMES) {
		const window = name === 'ehg-production-nightly' ? closedNow(new Date()) : OPEN;
		made.push(await makeTarget({ name, cluster: clusters.target, window, folder, stops }));
	}
	const targetsFile = join(folder, 'targets.yaml');
	writeFileSync(targetsFile, stringify({ targets: made.map(({ definition }) => definition) }));

	const catcher = await startMailCatcher({ smtpPort: 0, port: 0 });
	stops.push(() => catcher.close());
	await built;
	const stage: Stage = {
		url: await startConsole({ databaseUrl: console_.appUrl, targetsFile, smtpUrl: catcher.smtpUrl, stops }),
		password,
		consoleDatabase: console_.superuserUrl,
		consoleDatabaseLog: join(clusters.console.folder, 'log'),
		targetsFile,
		log: LOG,
		mails: catcher.url,
		targets: Object.fromEntries(made.map(({ definition, place }) => [definition.name, place])) as Record<
			TargetName,
			Stage['targets'][TargetName]
		>,
	};
	const file = join(folder, 'stage.json');
	writeFileSync(file, JSON.stringify(stage), { mode: 0o600 });
	return file;
}

async function build(): Promise<void> {
	mkdirSync(DATA, { recursive: true, mode: 0o711 }); // Where the build's log is kept.
	await buildConsole(new AbortController().signal);
}

async function startCluster(stops: Stops, how: { archive: boolean }): Promise<ThrowawayCluster> {
	const cluster = await makeThrowawayCluster(how);
	const letGo = killAtExit(cluster.pid, 'SIGQUIT');
	stops.push(async () => {
		await cluster.destroy();
		letGo();
	});
	return cluster;
}

async function makeConsoleDatabase(cluster: ThrowawayCluster, password: string): Promise<{ appUrl: string; superuserUrl: string }> {
	const database = 'countersign';
	const owner = { user: 'countersign_owner', password: randomBytes(12).toString('hex') };
	const app = { user: 'countersign_app', password: randomBytes(12).toString('hex') };
	const urlAs = (login: typeof owner) => `postgresql://${login.user}:${login.password}@127.0.0.1:${cluster.port}/${database}`;
	await prepareConsole(cluster.url, { database, owner, app });
	await migrateConsole({ ownerUrl: urlAs(owner) });
	await seedPeople({ url: urlAs(owner), password });
	return { appUrl: urlAs(app), superuserUrl: cluster.url(database) };
}

type StartConsole = { databaseUrl: string; targetsFile: string; smtpUrl: string; stops: Stops };

async function startConsole({ databaseUrl, targetsFile, smtpUrl, stops }: StartConsole): Promise<string> {
	const port = await freePort();
	const url = `http://localhost:${port}`;
	const letGo: (() => void)[] = [];
	const started = await startProcess(
		{
			name: 'the console',
			args: [join(ROOT, 'node_modules/next/dist/bin/next'), 'start', '--hostname', '127.0.0.1', '--port', String(port)],
			env: {
				NODE_ENV: 'production',
				NEXT_TELEMETRY_DISABLED: '1',
				NEXTAUTH_URL: url,
				NEXTAUTH_SECRET: randomBytes(24).toString('hex'),
				COUNTERSIGN_DATABASE_URL: databaseUrl,
				COUNTERSIGN_TARGETS: targetsFile,
				COUNTERSIGN_TEMPLATES: join(ROOT, 'demo/templates'),
				COUNTERSIGN_WORKER: 'in-web',
				COUNTERSIGN_SMTP_URL: smtpUrl,
				COUNTERSIGN_MAIL_FROM: 'Countersign <countersign@localhost>',
			},
			log: LOG,
			readyUrl: `http://127.0.0.1:${port}/sign-in`,
		},
		{ remember: (pid) => letGo.push(killAtExit(pid, 'SIGKILL')), release: () => undefined },
	);
	stops.push(async () => {
		await started.stop();
		for (const release of letGo) release();
	});
	return url;
}

/** Two hours a day that are at least an hour away, whenever the tests run. */
function closedNow(now: Date): { from: string; to: string } {
	const hour = now.getUTCHours();
	return hour >= 1 && hour < 4 ? { from: '14:00', to: '16:00' } : { from: '02:00', to: '04:00' };
}
