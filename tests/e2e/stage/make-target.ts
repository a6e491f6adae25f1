import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSampleApplication } from '#demo/app/server.ts';
import { targetSchema } from '#lib/domain/target/target.ts';
import { enroll } from '#lib/postgres/enrollment/enroll.ts';
import { loadTarget } from '#scripts/demo/load-target.ts';
import type { ThrowawayCluster } from '#scripts/throwaway/cluster.ts';
import type { TargetName } from './stage.ts';
import type { Stops } from './stops.ts';

export type MakeTarget = {
	name: TargetName;
	cluster: ThrowawayCluster;
	window: { from: string; to: string };
	/** Private to the tests: secrets, backups, the application's state. */
	folder: string;
	stops: Stops;
};

/** As in the demo: what runs on production may run on staging first, where one person signs. */
const STAGING: Partial<Record<TargetName, object>> = { 'ehg-production': { staging: 'ehg-staging' }, 'ehg-staging': { seats: ['dba'] } };

/** A target of the demo's kind, whole: its database, enrolled, and the real sample application at work on it. */
export async function makeTarget({ name, cluster, window, folder, stops }: MakeTarget) {
	const database = name.replaceAll('-', '_');
	const secret = secretFile(folder, cluster.password);
	await loadTarget({ url: cluster.url, database, applicationPassword: cluster.password });
	const application = await startSampleApplication({
		database: { host: '127.0.0.1', port: cluster.port, database, user: 'ehg_app', password: cluster.password },
		port: 0,
		token: cluster.password,
		stateFile: join(folder, `${name}.application.json`),
	});
	stops.push(() => application.close());
	const backupFolder = join(folder, 'backups', name);
	mkdirSync(backupFolder, { recursive: true, mode: 0o700 });
	const definition = {
		name,
		description: 'The venture’s database, made for these tests',
		...connection({ port: cluster.port, database, secret }),
		window: { daily: window },
		// Longer than the window of that target, which is closed now: there a run would have no room.
		restoreBudget: name === 'ehg-production-nightly' ? '3h' : '1min',
		rehearsal: { readers: [{ role: 'analyst_ro' }, { role: 'ehg_app' }], queries: QUERIES },
		backup: { folder: backupFolder, keep: 3, jobs: 2 },
		...endpoints(application.url, secret),
		logTable: { table: 'audit.service_logs' },
		// The browser and the build share this machine's processors with the target.
		thresholds: { cpu: 100 },
		changeLogTable: 'audit.change_log',
		restrictedRoles: ['analyst_ro'],
		smokeTestRoles: ['ehg_app', 'vh_reader', 'vh_writer'],
		comments: 'resolved_before_signing',
		...STAGING[name],
	};
	await enroll({ target: targetSchema.parse(definition), superuserUrl: cluster.url('postgres') });
	return { definition, place: { database: cluster.url(database), application: application.url } };
}

const QUERIES = [
	{
		name: 'a decision by its number',
		role: 'ehg_app',
		sql: 'select decision from eng.decision_log_2024 where id = $1',
		parameters: [5],
	},
];

type Secret = { file: string };

/** One secret for all: the logins, the application and its token. */
function secretFile(folder: string, value: string): Secret {
	const file = join(folder, 'secret');
	writeFileSync(file, value, { mode: 0o600 });
	return { file };
}

function connection({ port, database, secret }: { port: number; database: string; secret: Secret }) {
	const login = (name: string) => ({ user: `countersign_${name}`, password: secret });
	const logins = { run: login('run'), backup: login('backup'), restore: login('restore') };
	return { connection: { host: '127.0.0.1', port, database, sslmode: 'disable', logins, appliesAs: 'ehg_owner' } };
}

function endpoints(url: string, token: Secret) {
	const service = (name: string) => {
		const of = (verb: string) => `${url}/services/${name}/${verb}`;
		return { name, http: { stop: of('stop'), start: of('start'), status: of('status'), token } };
	};
	return {
		maintenance: {
			enable: `${url}/api/maintenance/enable`,
			disable: `${url}/api/maintenance/disable`,
			status: `${url}/api/maintenance`,
			token,
		},
		health: `${url}/api/health`,
		services: [service('ehg-app'), service('ehg-ingest')],
		alerts: { webhook: `${url}/alerts` },
	};
}
