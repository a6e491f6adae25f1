import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { findProgram, MINIMUM_MAJOR_VERSION, type ProgramName } from '#lib/postgres/programs/programs.ts';
import { candidateVersion, canInstall, installPackages, refreshPackageLists } from './apt.ts';

const NEEDED: ProgramName[] = ['initdb', 'postgres', 'pg_ctl', 'pg_dump', 'pg_dumpall', 'pg_restore', 'psql'];
/** Read by Debian's packages when they make the machine's own cluster. */
const CLUSTER_SETTINGS = '/etc/postgresql-common/createcluster.d/countersign-set-up.conf';

const BY_HAND = `Install PostgreSQL ${MINIMUM_MAJOR_VERSION} or newer, server and client programs, and run the same command again:
  Debian 12 or newer, Ubuntu 24.04 or newer    sudo apt-get install postgresql
  older Debian and Ubuntu                      sudo apt-get install postgresql-common
                                               sudo /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh
                                               sudo apt-get install postgresql-17
  Fedora                                       sudo dnf install postgresql-server postgresql-contrib
  macOS                                        brew install postgresql@17
Nothing has to be started: the clusters are private ones.`;

/**
 * Makes sure that PostgreSQL's server and client programs are there. Installs them as root on Debian and Ubuntu, without a
 * cluster of the machine's own being made or started; otherwise throws, saying what to install.
 */
export async function ensurePostgresql(): Promise<void> {
	const missing = await missingPrograms();
	if (missing.length === 0) return;
	if (!canInstall()) throw new Error(`Missing: ${missing.join(', ')}.\n${BY_HAND}`);
	process.stdout.write('Installing PostgreSQL (apt-get) … ');
	await refreshPackageLists();
	const major = Number.parseInt((await candidateVersion('postgresql')) ?? '0', 10);
	if (major < MINIMUM_MAJOR_VERSION) throw new Error(`This system's own PostgreSQL is ${major || 'not packaged'}.\n${BY_HAND}`);
	await withoutMainCluster(() => installPackages(['postgresql', 'postgresql-client']));
	const still = await missingPrograms();
	if (still.length > 0) throw new Error(`Installed, but still missing: ${still.join(', ')}.\n${BY_HAND}`);
	console.log('done');
}

async function missingPrograms(): Promise<ProgramName[]> {
	const found = await Promise.all(
		NEEDED.map((name) =>
			findProgram(name).then(
				() => true,
				() => false,
			),
		),
	);
	return NEEDED.filter((_, index) => !found[index]);
}

/** Debian's package would make and start a cluster of the machine's own. The setting is taken back afterwards. */
async function withoutMainCluster(install: () => Promise<void>): Promise<void> {
	mkdirSync(dirname(CLUSTER_SETTINGS), { recursive: true });
	writeFileSync(CLUSTER_SETTINGS, 'create_main_cluster = false\n');
	try {
		await install();
	} finally {
		rmSync(CLUSTER_SETTINGS);
	}
}
