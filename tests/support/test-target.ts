import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type pg from 'pg';
import { inject } from 'vitest';
import { type Target, targetSchema } from '#lib/domain/target/target.ts';
import { fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { enrollSections } from '#lib/postgres/enrollment/enroll-sql.ts';
import { findProgram } from '#lib/postgres/programs/programs.ts';
import { endpointsOf, startApplication, type TestApplication } from './application.ts';
import type { Clusters, Place } from './global-setup.ts';
import { cloneDatabase, openSession, query, type Row } from './sql.ts';

const run = promisify(execFile);

/** Of the three logins, of the application and of the two logins that lack something. */
export const LOGIN_PASSWORD = "p:w\\d 'target'";
process.env.TEST_LOGIN_PASSWORD = LOGIN_PASSWORD;
process.env.TEST_TOKEN = 'token of the tests';

type Where = { port: number; database: string; backupFolder: string };

/** What a deployer would write, as far as it does not need the application: quick (no archiver, attested way back) unless a test says otherwise. */
export function targetDefinition({ port, database, backupFolder }: Where) {
	const login = (user: string) => ({ user, password: { env: 'TEST_LOGIN_PASSWORD' } });
	return {
		name: 'ehg',
		connection: {
			host: '127.0.0.1',
			port,
			database,
			sslmode: 'disable',
			logins: { run: login('countersign_run'), backup: login('countersign_backup'), restore: login('countersign_restore') },
			appliesAs: 'ehg_owner',
		},
		window: { daily: { from: '00:00', to: '24:00' } } as unknown,
		restoreBudget: '1s',
		backup: { folder: backupFolder } as Record<string, unknown>,
		recoveryPoint: 'not_required',
		// The processors are shared with other tests: no threshold on them.
		thresholds: { cpu: 100 } as Record<string, unknown>,
		wayBack: 'attestation',
		maintenance: 'none' as unknown,
		health: 'none',
		alerts: 'none' as unknown,
		services: [] as unknown[],
		changeLogTable: 'audit.change_log',
		restrictedRoles: ['analyst_ro'],
		smokeTestRoles: ['ehg_app', 'vh_reader'],
	};
}
export type Definition = ReturnType<typeof targetDefinition>;

export type TestTarget = {
	database: string;
	application: TestApplication;
	backupFolder: string;
	/** The superuser's URL of any database of the cluster. */
	urlOf(database: string): string;
	/** The target's definition as a deployer would write it, changed as a test wants it; `define` reads it as the console does. */
	write(change?: (definition: Definition) => void): Definition;
	define(change?: (definition: Definition) => void): Target;
	/** One query as the superuser, on a connection of its own. */
	sql<T extends Row = Row>(text: string, values?: unknown[]): Promise<T[]>;
	/** Somebody's open psql. */
	session(): Promise<pg.Client>;
	fingerprint(): Promise<string>;
	/** The schema as pg_dump writes it: an opinion that does not come from us. */
	schema(): Promise<string>;
	close(): Promise<void>;
};

/** The cluster of the test file that asks: of two that run at the same time, no two have the same. */
export function ownTargetCluster({ targets }: Clusters): Place {
	const place = targets[Number(process.env.VITEST_POOL_ID) - 1];
	if (!place) throw new Error(`there is no cluster for test file ${process.env.VITEST_POOL_ID} of those that run at the same time`);
	return place;
}

let made = 0;

/**
 * A target of a test's own, cloned from the demo's venture; `small` has few measurements and is quick to dump. On the cluster
 * of the test file by default.
 */
export async function openTestTarget(
	size: 'small' | 'whole' = 'small',
	{ port, password }: Place = ownTargetCluster(inject('clusters')),
): Promise<TestTarget> {
	made += 1;
	const database = `ehg_${process.pid}_${process.env.VITEST_POOL_ID ?? 0}_${Date.now().toString(36)}_${made}`;
	const urlOf = (name: string) => `postgresql://postgres:${password}@127.0.0.1:${port}/${name}`;
	const backupFolder = mkdtempSync(join(tmpdir(), 'countersign-test-backups-'));
	const application = await startApplication();
	const write: TestTarget['write'] = (change) => {
		const definition = targetDefinition({ port, database, backupFolder });
		Object.assign(definition, endpointsOf(application.url, { env: 'TEST_TOKEN' }));
		change?.(definition);
		return definition;
	};
	const define: TestTarget['define'] = (change) => targetSchema.parse(write(change));
	await cloneDatabase(urlOf, { from: size === 'small' ? 'ehg_small_template' : 'ehg_template', to: database });
	await giveBackWhatACloneLacks(urlOf(database), define());
	return {
		database,
		application,
		backupFolder,
		urlOf,
		write,
		define,
		sql: (text, values) => query(urlOf(database), text, values),
		session: () => openSession(urlOf(database)),
		fingerprint: () => fingerprintOfDatabase(urlOf(database)),
		schema: () => schemaOf(urlOf(database)),
		close: async () => {
			await application.close();
			rmSync(backupFolder, { recursive: true, force: true });
			await query(urlOf('postgres'), `drop database if exists ${database} with (force)`);
		},
	};
}

export async function fingerprintOfDatabase(url: string): Promise<string> {
	const client = await openSession(url);
	try {
		return fingerprintOf(await readCatalog(client));
	} finally {
		await client.end();
	}
}

async function schemaOf(url: string): Promise<string> {
	const program = await findProgram('pg_dump');
	const { stdout } = await run(program, ['--schema-only', '--create', url], { maxBuffer: 16 * 1024 * 1024 });
	return stdout.replaceAll(/^\\(un)?restrict .*$/gm, '');
}

/** Owner, settings and privileges of a database itself do not come with a clone. */
export async function giveBackWhatACloneLacks(url: string, target: Target): Promise<void> {
	const name = target.connection.database;
	const sections = enrollSections(target).filter((section) => section.database === name);
	await query(
		url,
		`alter database ${name} owner to ehg_owner; alter database ${name} set timezone = 'UTC';
		 revoke connect on database ${name} from public; grant connect on database ${name} to ehg_app, analyst_ro, poor_backup, blind_backup, poor_restore;
		 ${sections.map((section) => section.sql).join('\n')}`,
	);
}
