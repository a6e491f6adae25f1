import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Target } from '#lib/domain/target/target.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import { loadTargets, type Targets } from '#lib/targets/load-targets.ts';
import type { ThrowawayCluster } from '#scripts/throwaway/cluster.ts';
import { endpointsOf, type StandIn } from '#scripts/throwaway/stand-in-application.ts';

/** The database that the console's trials run on. */
export const OURS = 'ours';

/** One database as three targets, which differ in how the way back is shown and whether it may be copied. `file` defines them. */
export type BenchTargets = { file: string; targets: Targets; attested: Target; tested: Target; copied: Target };

/** Writes the targets file that the console's process reads. Everything is done as the superuser, as in the seed's procedure. */
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
		smokeTestRoles: ['postgres'],
	});
	const defined = [
		define('attested', 'attestation'),
		define('tested', 'scratch_restore'),
		define('copied', 'attestation', { standbyCopy: { maxDatabaseBytes: 8 * 2 ** 30 } }),
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
	};
}
