import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Target, targetSchema } from '#lib/domain/target/target.ts';
import { enroll } from '#lib/postgres/enrollment/enroll.ts';
import { findProgram } from '#lib/postgres/programs/programs.ts';
import { endpointsOf, type TestApplication } from '#tests/support/application.ts';
import type { Cluster } from '#tests/support/cluster.ts';
import { query } from '#tests/support/sql.ts';
import { LOGIN_PASSWORD, targetDefinition } from '#tests/support/test-target.ts';

const run = promisify(execFile);

export type OneDatabase = {
	cluster: Cluster;
	application: TestApplication;
	name: string;
	/** How it is made otherwise, such as its encoding. */
	made?: string | undefined;
	/** As the superuser, in the new database, before it is enrolled. */
	sql: string;
	/** The same once it is enrolled, which needs plpgsql. */
	afterwards?: string;
	/** `superuser`: backs up and restores as one. `enrolled`: with the logins that enrolling makes, and not more. */
	logins: 'superuser' | 'enrolled';
	/** Of the database; the superuser by default. */
	owner?: string;
	/** What bundles are applied as, where that is not the owner. */
	appliesAs?: string | undefined;
	more?: Record<string, unknown>;
};

/** A database of one test's own in the cluster, defined and enrolled as a target. */
export async function makeOneDatabase(input: OneDatabase): Promise<Target> {
	const { cluster, application, name, made = '', sql, afterwards = '', logins, owner = 'postgres', appliesAs = owner, more = {} } = input;
	const definition = targetDefinition({ port: cluster.port, database: name, backupFolder: join(cluster.folder, 'backups') });
	Object.assign(
		definition,
		endpointsOf(application.url, { env: 'TEST_TOKEN' }),
		{ changeLogTable: undefined, thresholds: { cpu: 100 }, wayBack: 'scratch_restore', restrictedRoles: [], smokeTestRoles: [] },
		more,
	);
	definition.connection.appliesAs = appliesAs;
	if (logins === 'superuser') await makeSuperusers(cluster, definition);
	await query(cluster.url('postgres'), `create database ${name} owner ${owner} ${made}`);
	await query(cluster.url(name), sql);
	const target = targetSchema.parse(definition);
	await enroll({ target, superuserUrl: cluster.url('postgres') });
	await query(cluster.url(name), afterwards);
	return target;
}

async function makeSuperusers(cluster: Cluster, definition: ReturnType<typeof targetDefinition>): Promise<void> {
	const password = `'${LOGIN_PASSWORD.replaceAll("'", "''")}'`;
	for (const login of ['backup', 'restore'] as const) {
		definition.connection.logins[login].user = `super_${login}`;
		await query(
			cluster.url('postgres'),
			`do $$ begin if not exists (select from pg_roles where rolname = 'super_${login}') then
				create role super_${login} superuser login password ${password}; end if; end $$`,
		);
	}
}

/** All that PostgreSQL itself says of a database, by the superuser's own eyes: what pg_dump writes, and what initdb made, which it does not. */
export async function lookAtEverything(cluster: Cluster, name: string): Promise<{ dump: string; builtIn: string[] }> {
	const { stdout } = await run(await findProgram('pg_dump'), ['--create', '--inserts', cluster.url(name)], { maxBuffer: 64 * 1024 * 1024 });
	const rows = await query<{ text: string }>(
		cluster.url(name),
		`select format('comment %s %s: %s', i.type, i.identity, d.description) as text from pg_description d, pg_identify_object(classoid, objoid, objsubid) i
		 union all select format('schema %s of %s: %s', nspname, nspowner::regrole, coalesce(nspacl, acldefault('n', nspowner))) from pg_namespace where nspname !~ '^pg_t'
		 union all select format('language %s of %s: %s', lanname, lanowner::regrole, coalesce(lanacl, acldefault('l', lanowner))) from pg_language
		 union all select format('extension %s of %s: %s', extname, extowner::regrole, extversion) from pg_extension
		 union all select format('relation %s of %s: %s', oid::regclass, relowner::regrole, relacl) from pg_class where relkind in ('r', 'v', 'm')
		 union all select format('column %s.%s: %s', attrelid::regclass, attname, attacl) from pg_attribute where attacl is not null
		 union all select format('function %s of %s: %s %s', oid::regprocedure, proowner::regrole, coalesce(proacl, acldefault('f', proowner)), procost) from pg_proc
		 union all select format('type %s of %s: %s', oid::regtype, typowner::regrole, coalesce(typacl, acldefault('T', typowner))) from pg_type where typtype <> 'm' order by 1`,
	);
	// One that was made anew is dumped; in a new database it is the one that initdb made.
	const sections = stdout.replaceAll(/^(\\(un)?restrict |SET default_).*\n+/gm, '').split(/^--\n(?=-- Name: )/m);
	return {
		dump: sections.filter((section) => !/^-- Name: (EXTENSION )?plpgsql; /.test(section)).join(''),
		builtIn: rows.map(({ text }) => text),
	};
}
