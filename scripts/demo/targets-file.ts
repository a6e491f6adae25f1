import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Target, targetsFileSchema } from '#lib/domain/target/target.ts';
import { PLACES } from './places.ts';
import type { DemoState } from './state.ts';
import { writePrivately } from './write-privately.ts';

/** The seed's window, and another for those who start the demo inside it: one target is closed, whenever one looks. */
const SEED_WINDOW = { from: '02:00', to: '04:00' };
const OTHER_WINDOW = { from: '14:00', to: '16:00' };
const ALL_DAY = { from: '00:00', to: '24:00' };
/** From an hour before the seed's window to its end, in UTC hours. */
const NEAR_SEED_WINDOW = { from: 1, to: 4 };

/** The roles that the example bundle's smoke tests ask as, beside the target's restricted ones. */
const SMOKE_TEST_ROLES = ['ehg_app', 'vh_reader', 'vh_writer'];

/** Who reads the venture's database, and what it is asked all day: a rehearsal shows what a change does to both. */
export const DEMO_READING = {
	readers: [
		{ name: 'analysts', role: 'analyst_ro' },
		{ name: 'the application', role: 'ehg_app' },
		{ name: 'the venture hub', role: 'vh_reader' },
	],
	queries: [
		{
			name: 'decisions about a directive',
			role: 'ehg_app',
			sql: 'SELECT decided_at, decision FROM eng.decision_log WHERE directive_id = $1 ORDER BY decided_at DESC LIMIT 20',
			parameters: [42],
			analyze: true,
		},
		{ name: 'the governance summary', role: 'analyst_ro', sql: 'SELECT * FROM views.eng_governance_summary', analyze: true },
		{
			name: 'metrics of a venture by month',
			role: 'analyst_ro',
			sql: 'SELECT month, average FROM views.venture_metrics_monthly WHERE venture_id = $1 AND metric = $2',
			parameters: [7, 'revenue_eur'],
		},
	],
};

/** Writes .data/targets.yaml and the secrets that it names, and returns the targets: production and its staging, open all day, and one with the seed's window. */
export function writeTargetsFile(state: DemoState, now = new Date()): Target[] {
	mkdirSync(PLACES.secrets, { recursive: true, mode: 0o700 });
	mkdirSync(PLACES.backups, { recursive: true, mode: 0o700 });
	const hour = now.getUTCHours();
	const nightly = hour >= NEAR_SEED_WINDOW.from && hour < NEAR_SEED_WINDOW.to ? OTHER_WINDOW : SEED_WINDOW;
	const production = { app: state.ports.sample, window: ALL_DAY };
	const definitions = {
		targets: [
			{
				name: 'ehg-staging',
				description: 'Where a bundle runs before production; the Database Administrator alone signs',
				...definition(state, { database: 'ehg_staging', app: state.ports.sampleStaging, window: ALL_DAY }),
				seats: ['dba'],
			},
			{
				name: 'ehg-production',
				description: 'The venture’s production database; open all day, so that the demo can show a run',
				...definition(state, { ...production, database: 'ehg_production' }),
				staging: 'ehg-staging',
			},
			{
				name: 'ehg-production-nightly',
				description: 'The same, with a window of two hours a day: closed now; comments must be resolved before anybody signs',
				...definition(state, { ...production, database: 'ehg_production_nightly', window: nightly }),
				comments: 'resolved_before_signing',
			},
		],
	};
	const { targets } = targetsFileSchema.parse(definitions);
	writePrivately(PLACES.targetsFile, `# Written by npm run demo at each start.\n${stringify(definitions)}`);
	return targets;
}

/** `app`: the port of the sample application beside it. */
type Differences = { database: string; app: number; window: { from: string; to: string } };

function definition(state: DemoState, { database, app, window }: Differences) {
	const sample = `http://127.0.0.1:${app}`;
	const token = secretFile('sample-token', state.sampleToken);
	const login = (name: 'run' | 'backup' | 'restore') => ({
		user: `countersign_${name}`,
		password: secretFile(`target-${name}`, state.passwords[name]),
	});
	const service = (name: string) => ({
		name,
		http: {
			stop: `${sample}/services/${name}/stop`,
			start: `${sample}/services/${name}/start`,
			status: `${sample}/services/${name}/status`,
			token,
		},
	});
	return {
		connection: {
			host: '127.0.0.1',
			port: state.ports.target,
			database,
			sslmode: 'disable',
			logins: { run: login('run'), backup: login('backup'), restore: login('restore') },
			appliesAs: 'ehg_owner',
		},
		window: { daily: window },
		// The target shares its machine with the console, the browser and whatever else is open: that must not end somebody's first run.
		thresholds: { cpu: 100 },
		restoreBudget: '10min',
		backup: { folder: join(PLACES.backups, database.replaceAll('_', '-')), keep: 3, jobs: 2 },
		maintenance: {
			enable: `${sample}/api/maintenance/enable`,
			disable: `${sample}/api/maintenance/disable`,
			status: `${sample}/api/maintenance`,
			token,
		},
		// What is filed is rehearsed at once; nothing waits for it here.
		rehearsal: { starts: 'when_filed', ...DEMO_READING },
		health: `${sample}/api/health`,
		services: [service('ehg-app'), service('ehg-ingest')],
		alerts: { webhook: `${sample}/alerts` },
		logTable: { table: 'audit.service_logs' },
		changeLogTable: 'audit.change_log',
		restrictedRoles: ['analyst_ro'],
		smokeTestRoles: SMOKE_TEST_ROLES,
		// The venture hub does not write into engineering.
		boundaries: [{ schemas: ['eng'], roles: ['vh_*'] }],
	};
}

/** A secret of the demo as a file of its own, mode 0600. */
export function secretFile(name: string, value: string): { file: string } {
	const file = join(PLACES.secrets, name);
	writePrivately(file, `${value}\n`);
	return { file };
}
