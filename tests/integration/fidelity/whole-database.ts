import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Target, targetSchema } from '#lib/domain/target/target.ts';
import { enroll } from '#lib/postgres/enrollment/enroll.ts';
import { endpointsOf, type TestApplication } from '#tests/support/application.ts';
import type { Cluster } from '#tests/support/cluster.ts';
import { query } from '#tests/support/sql.ts';
import { fingerprintOfDatabase, LOGIN_PASSWORD, targetDefinition } from '#tests/support/test-target.ts';

const run = promisify(execFile);
const DATABASE = 'venture';

/**
 * Makes the database of database.sql in a cluster of its own and defines it as a target. Event triggers, publications for all tables
 * and the options of user mappings are a superuser's, so the logins that back up and restore are superusers.
 */
export async function makeWholeDatabase(cluster: Cluster, application: TestApplication, file = 'database.sql'): Promise<Target> {
	const definition = targetDefinition({ port: cluster.port, database: DATABASE, backupFolder: join(cluster.folder, 'backups') });
	Object.assign(definition, endpointsOf(application.url, { env: 'TEST_TOKEN' }), {
		changeLogTable: undefined,
		standbyCopy: { maxDatabaseBytes: 1024 ** 3 },
		smokeTestRoles: ['ehg_app'],
	});
	definition.connection.appliesAs = 'app_owner';
	definition.connection.logins.backup.user = 'super_backup';
	definition.connection.logins.restore.user = 'super_restore';
	const target = targetSchema.parse(definition);
	await query(cluster.url('postgres'), `create database ${DATABASE}`);
	await runFile(cluster, file);
	const password = `'${LOGIN_PASSWORD.replaceAll("'", "''")}'`;
	await query(
		cluster.url('postgres'),
		`create role super_backup superuser login password ${password}; create role super_restore superuser login password ${password}`,
	);
	await enroll({ target, superuserUrl: cluster.url('postgres') });
	return target;
}

/** Adds what this server's major version has and 15 has not. */
export async function addWhatIsNewer(cluster: Cluster): Promise<void> {
	const [row] = await query<{ major: number }>(
		cluster.url('postgres'),
		`select current_setting('server_version_num')::int / 10000 as major`,
	);
	for (const major of [16, 17, 18]) if (row && row.major >= major) await runFile(cluster, `versions/since-${major}.sql`);
}

async function runFile(cluster: Cluster, file: string): Promise<void> {
	await run('psql', ['-Xq', '-v', 'ON_ERROR_STOP=1', '-f', join(import.meta.dirname, file)], {
		env: { ...cluster.env, PGDATABASE: DATABASE },
	});
}

/** All that a database is, by the superuser's own eyes and by PostgreSQL's own words: none of it is what the console compares but the fingerprint. */
export type Whole = {
	fingerprint: string;
	/** As pg_dump writes it, with the database's own properties. */
	schema: string;
	/** Rows and a hash over all of them, of every table and filled materialized view. */
	tables: Record<string, string>;
	sequences: Record<string, string>;
	largeObjects: Record<string, string>;
	/** Of the database, also per role, and its access control list. */
	settings: string[];
};

/** A query for each object, in one statement: `of` is SQL that yields a text. */
const eachOf = (of: string) => `(xpath('/row/x/text()', query_to_xml(${of}, false, true, '')))[1]::text`;
const USER_SCHEMAS = `n.nspname in ('app', 'vh', 'ext', 'public')`;

export async function lookAtWhole(url: string): Promise<Whole> {
	const { stdout } = await run('pg_dump', ['--schema-only', '--create', url], { maxBuffer: 64 * 1024 * 1024 });
	const settings = await query<{ text: string }>(
		url,
		`select format('%s in %s: %s', setrole::regrole, setdatabase <> 0, setconfig) as text from pg_db_role_setting s left join pg_database d on d.oid = s.setdatabase
		  where setdatabase = 0 or d.datname = current_database()
		 union all select format('database: %s, %s, %s', datacl, datconnlimit, shobj_description(oid, 'pg_database')) from pg_database where datname = current_database() order by 1`,
	);
	return {
		fingerprint: await fingerprintOfDatabase(url),
		schema: stdout.replaceAll(/^\\(un)?restrict .*$/gm, ''),
		tables: await pairs(
			url,
			`select format('%I.%I', n.nspname, c.relname) as name, ${eachOf(`format('select concat(count(*), '' rows '',
				encode(sha256(string_agg(h, '''' order by h)), ''hex'')) as x from (select sha256(convert_to(t::text, ''UTF8'')) as h from only %I.%I t) t', n.nspname, c.relname)`)} as value
			   from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'm') and c.relispopulated and ${USER_SCHEMAS}`,
		),
		sequences: await pairs(
			url,
			`select format('%I.%I', n.nspname, c.relname) as name, ${eachOf(`format('select concat(last_value, '' '', is_called) as x from %I.%I', n.nspname, c.relname)`)} as value
			   from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'S' and ${USER_SCHEMAS}`,
		),
		largeObjects: await pairs(
			url,
			`select oid::text as name, concat(encode(sha256(lo_get(oid)), 'hex'), ' of ', lomowner::regrole, ' ', lomacl) as value from pg_largeobject_metadata`,
		),
		settings: settings.map(({ text }) => text),
	};
}

async function pairs(url: string, sql: string): Promise<Record<string, string>> {
	const rows = await query<{ name: string; value: string }>(url, `set row_security = off; ${sql} order by 1`);
	return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
