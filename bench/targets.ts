import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Target } from '#lib/domain/target/target.ts';
import { enroll } from '#lib/postgres/enrollment/enroll.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import { loadTargets, type Targets } from '#lib/targets/load-targets.ts';
import type { ThrowawayCluster } from '#scripts/throwaway/cluster.ts';
import { endpointsOf, type StandIn } from '#scripts/throwaway/stand-in-application.ts';
import { asSuperuser } from './databases.ts';

/** The database that the console's trials run on. */
export const OURS = 'ours';

/** What owns the objects that a rehearsed change makes. */
const OWNER = 'app_owner';

/** One database as four targets, which differ in how the way back is shown and whether it may be copied. `file` defines them. */
export type BenchTargets = { file: string; targets: Targets; attested: Target; tested: Target; copied: Target; rehearsed: Target };

/**
 * Writes the targets file that the console's process reads. Everything is done as the superuser, as in the seed's procedure; only that no superuser's
 * change is rehearsed.
 */
export function writeTargets({ cluster, app, folder }: { cluster: ThrowawayCluster; app: StandIn; folder: string }): BenchTargets {
	const password = join(folder, 'target-password');
	writeFileSync(password, cluster.password, { mode: 0o600 });
	const login = { user: 'postgres', password: { file: password } };
	const define = (name: string, wayBack: Target['wayBack'], more: Record<string, unknown> = {}) => ({
		name,
		connection: {
			host: '127.0.0.1',
			port: cluster.port,
			database: OURS,
			sslmode: 'disable',
			logins: { run: login, backup: login, restore: login },
		},
		window: { daily: { from: '00:00', to: '24:00' } },
		restoreBudget: '1min',
		// As many as there are runs: the script’s dump, too, is removed outside of what is measured.
		backup: { folder: join(folder, `backups-${name}`), keep: 100 },
		wayBack,
		...more,
		...endpointsOf(app, [], { file: password }),
		// The benchmark uses all of the machine: that is no reason to abort here. Everything is sampled all the same.
		thresholds: { cpu: 100, responseTime: '30s' },
		changeLogTable: 'audit.change_log',
		restrictedRoles: ['analyst_ro'],
		smokeTestRoles: [OWNER],
	});
	const rehearsed = define('rehearsed', 'rehearsed', { rehearsal: { starts: 'when_filed' } });
	const run = { ...login, user: 'countersign_run' };
	const defined = [
		define('attested', 'attestation'),
		define('tested', 'scratch_restore'),
		define('copied', 'attestation', { standbyCopy: { maxDatabaseBytes: 8 * 2 ** 30 } }),
		{ ...rehearsed, connection: { ...rehearsed.connection, appliesAs: OWNER, logins: { ...rehearsed.connection.logins, run } } },
	];
	const file = join(folder, 'targets.yaml');
	writeFileSync(file, stringify({ targets: defined }), { mode: 0o600 });
	const targets = loadTargets(file);
	return {
		file,
		targets,
		attested: findTarget(targets, 'attested'),
		tested: findTarget(targets, 'tested'),
		copied: findTarget(targets, 'copied'),
		rehearsed: findTarget(targets, 'rehearsed'),
	};
}

/**
 * Makes a database one that the console may change, as `npm run enroll` does, and lets the owner of what a rehearsed change makes do what the bundle
 * does. A copy of it is one too.
 */
export async function enrollFixture(cluster: ThrowawayCluster, { rehearsed }: BenchTargets, database: string): Promise<void> {
	const target = { ...rehearsed, connection: { ...rehearsed.connection, database } };
	await enroll({ target, superuserUrl: cluster.url('postgres') });
	await asSuperuser(
		cluster,
		(client) =>
			client.query(`grant create on database ${database} to ${OWNER}; grant usage on schema eng, audit to ${OWNER};
				grant references on eng.t_0001 to ${OWNER}; grant select, insert on audit.change_log to ${OWNER};
				grant usage on sequence audit.change_log_id_seq to ${OWNER}`),
		database,
	);
}
