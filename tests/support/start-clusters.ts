import { randomBytes, scryptSync } from 'node:crypto';
import pg from 'pg';
import { targetSchema } from '#lib/domain/target/target.ts';
import { enroll } from '#lib/postgres/enrollment/enroll.ts';
import { openQueue } from '#lib/store/queue.ts';
import { loadTarget } from '#scripts/demo/load-target.ts';
import { migrateConsole } from '#scripts/set-up/migrate-console.ts';
import { prepareConsole } from '#scripts/set-up/prepare-console.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { APP_LOGIN, OWNER_LOGIN, PASSWORD, PEOPLE } from './people.ts';
import { LOGIN_PASSWORD, targetDefinition } from './test-target.ts';

/** Room for two test files at a time, and no autovacuum: it would be in a template at the moment of a clone. */
const QUIET = { max_connections: '200', autovacuum: 'off' };

/** A cluster for targets, with archiving and with templates of the demo's venture to clone. */
export async function startTargetCluster(): Promise<Cluster> {
	const cluster = await startCluster({ archive: true, checksums: true, settings: { ...QUIET, max_prepared_transactions: '10' } });
	return withTemplates(cluster, makeTargetTemplates);
}

/** A cluster for consoles' databases, with a template to clone. */
export async function startConsoleCluster(): Promise<Cluster> {
	return withTemplates(await startCluster({ settings: QUIET }), makeConsoleTemplate);
}

async function withTemplates(cluster: Cluster, make: (cluster: Cluster) => Promise<void>): Promise<Cluster> {
	try {
		await make(cluster);
		return cluster;
	} catch (error) {
		await cluster.destroy();
		throw error;
	}
}

/** Migrated, with its people and the queue's own tables. */
async function makeConsoleTemplate(cluster: Cluster): Promise<void> {
	const database = 'console_template';
	await prepareConsole(cluster.url, { database, owner: OWNER_LOGIN, app: APP_LOGIN });
	const url = ({ user, password }: typeof OWNER_LOGIN) => `postgresql://${user}:${password}@127.0.0.1:${cluster.port}/${database}`;
	await migrateConsole({ ownerUrl: url(OWNER_LOGIN) });
	const boss = await openQueue(url(APP_LOGIN));
	await boss.stop({ graceful: false });
	await asSuperuser(cluster.url(database), async (client) => {
		for (const [key, { name, roles }] of Object.entries(PEOPLE)) {
			await client.query(
				`with one as (insert into person (email, name, password_hash) values ($1, $2, $3) returning id)
				 insert into person_role (person_id, role) select one.id, role from one, unnest($4::text[]) role`,
				[`${key}@example.test`, name, quickHash(PASSWORD), roles],
			);
		}
	});
}

/** A right hash at the lowest cost, so that the tests' hundreds of signatures do not wait for it. */
function quickHash(password: string): string {
	const salt = randomBytes(16);
	const hash = scryptSync(password, salt, 32, { N: 2, r: 8, p: 1 });
	return ['scrypt', 2, 8, 1, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** The demo's venture, whole and with few measurements, both enrolled; and two logins that lack what they need. */
async function makeTargetTemplates(cluster: Cluster): Promise<void> {
	await loadTarget({ url: cluster.url, database: 'ehg_template', applicationPassword: LOGIN_PASSWORD });
	await asSuperuser(cluster.url('postgres'), async (client) => {
		await client.query('create database ehg_small_template template ehg_template');
		const password = pg.escapeLiteral(LOGIN_PASSWORD);
		await client.query(`create role poor_backup login password ${password}; grant pg_read_all_data, pg_monitor to poor_backup`);
		await client.query(`create role blind_backup login bypassrls password ${password}; grant pg_monitor to blind_backup`);
		await client.query(`create role poor_restore login createdb bypassrls password ${password}; grant pg_signal_backend to poor_restore`);
	});
	await asSuperuser(cluster.url('ehg_small_template'), async (client) => {
		await client.query(
			`delete from vh.venture_metrics where measured_at < now() - interval '2 days'; delete from audit.service_logs where id > 200`,
		);
		await client.query(`delete from eng.decision_log where id > 600; refresh materialized view views.venture_metrics_monthly`);
		await client.query('vacuum full');
	});
	for (const database of ['ehg_template', 'ehg_small_template']) {
		const definition = targetDefinition({ port: cluster.port, database, backupFolder: '/nowhere' });
		await enroll({ target: targetSchema.parse(definition), superuserUrl: cluster.url('postgres') });
	}
}

async function asSuperuser(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		await work(client);
	} finally {
		await client.end();
	}
}
