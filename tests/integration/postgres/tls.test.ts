import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoginName, Target } from '#lib/domain/target/target.ts';
import { dumpDatabase } from '#lib/postgres/backup/dump.ts';
import { restoreDatabase } from '#lib/postgres/backup/restore-database.ts';
import { asRestored } from '#lib/postgres/catalog/as-restored.ts';
import { fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import type { ProgramName } from '#lib/postgres/programs/programs.ts';
import { databaseOption, runProgram } from '#lib/postgres/programs/run-program.ts';
import { runBundle } from '#tests/support/change.ts';
import { makeRealisticDatabase, psql, targetOf } from '#tests/support/realistic-database.ts';
import { openSession, query, type Row, until } from '#tests/support/sql.ts';
import { openTestConsole } from '#tests/support/test-console.ts';
import { type Authority, makeAuthority, OWN_NAMES, startTlsCluster, type TlsCluster, type Visit } from '#tests/support/tls.ts';

const run = promisify(execFile);
const LIVE = 'live';
const BESIDE = 'beside';

let authority: Authority;
let another: Authority;
let cluster: TlsCluster;
let folder: string;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'countersign-tls-'));
	authority = await makeAuthority('An authority');
	another = await makeAuthority('Another authority');
	cluster = await startTlsCluster(authority);
	await makeRealisticDatabase(cluster, LIVE);
	await dump(verified(), 'empty');
});
afterAll(async () => {
	await cluster?.destroy();
	authority?.remove();
	another?.remove();
	rmSync(folder, { recursive: true, force: true });
});

/** The target as a deployer would define it, reached like this. */
function reached(connection: Partial<Target['connection']>): Target {
	const target = targetOf(cluster, LIVE, { restoreBudget: '1s', recoveryPoint: 'not_required', thresholds: { cpu: 100 } });
	return { ...target, connection: { ...target.connection, host: 'localhost', ...connection } };
}

const verified = (more: Partial<Target['connection']> = {}) =>
	reached({ sslmode: 'verify-full', sslrootcert: authority.certificate, ...more });

async function dump(target: Target, name: string): Promise<string> {
	return withTarget({ target, login: 'backup', applicationName: 'countersign snapshot' }, async (client) => {
		await client.query('begin isolation level repeatable read read only');
		const { rows } = await client.query<{ id: string }>('select pg_export_snapshot() as id');
		const made = join(folder, name);
		await dumpDatabase({ target, folder: made, jobs: 2, snapshot: rows[0]?.id ?? '' });
		return made;
	});
}

const program = (name: ProgramName, login: LoginName, args: () => string[]) => (target: Target) =>
	runProgram({ program: name, args: ['--no-password', ...args()], as: { target, login } });

/** Every way that we go to a target. Whoever gets there does next to nothing. */
const WAYS: Record<string, (target: Target) => Promise<unknown>> = {
	'our own connection': (target) => withTarget({ target, login: 'backup' }, (client) => client.query('select 1')),
	pg_dump: program('pg_dump', 'backup', () => ['--table=vh.link', '--no-sync', '--file=/dev/null', databaseOption(LIVE)]),
	pg_dumpall: program('pg_dumpall', 'backup', () => ['--tablespaces-only', '--no-sync', '--file=/dev/null', '--database=postgres']),
	pg_restore: program('pg_restore', 'restore', () => ['--schema=nowhere', databaseOption(LIVE), join(folder, 'empty')]),
};

/** Goes there, and comes in: over TLS, each time. */
async function expectLetIn(way: string, target: Target): Promise<void> {
	cluster.visits();
	await WAYS[way]?.(target);
	expectAllOverTls(cluster.visits());
}

function expectAllOverTls(visits: Visit[]): void {
	expect(visits).not.toEqual([]);
	expect(visits.filter(({ how }) => how !== 'over TLS')).toEqual([]);
}

/** Goes there, says why it got no further, and did not try it in plain text. Of pg_dumpall the reason is not to be had. */
async function expectRefused(way: string, target: Target, why: RegExp): Promise<void> {
	cluster.visits();
	await expect(WAYS[way]?.(target)).rejects.toThrow(way === 'pg_dumpall' ? /could not connect to database "postgres"/ : why);
	expect(cluster.visits()).toEqual([]);
}

describe.each(Object.keys(WAYS))('%s', (way) => {
	test.each(['localhost', '127.0.0.1'])('comes over TLS with verify-full, where the certificate is for %s', async (host) => {
		await expectLetIn(way, verified({ host }));
	});

	test('refuses a certificate that another authority vouches for', async () => {
		await expectRefused(way, verified({ sslrootcert: another.certificate }), /localhost.* failed: .*certificate/);
	});

	test('refuses a private authority’s certificate where the target names none', async () => {
		await expectRefused(way, verified({ sslrootcert: undefined }), /localhost.* failed: .*certificate/);
	});

	test('goes nowhere where the authority’s file is not there', async () => {
		await expectRefused(way, verified({ sslrootcert: '/nowhere/authority.crt' }), /\/nowhere\/authority\.crt/);
	});

	test('comes over TLS with require, whoever vouches for the server', async () => {
		await expectLetIn(way, reached({ sslmode: 'require' }));
	});

	test('is turned away with disable', async () => {
		cluster.visits();
		await expect(WAYS[way]?.(reached({ sslmode: 'disable' }))).rejects.toThrow(/no encryption|could not connect to database "postgres"/);
		expect(cluster.visits()).toMatchObject([{ how: 'turned away' }]);
	});
});

describe('where the server has no TLS any more', () => {
	beforeAll(() => cluster.giveUpTls());
	afterAll(() => cluster.showCertificateFor(OWN_NAMES));

	test.each(Object.keys(WAYS))('%s goes no further with require or verify-full', async (way) => {
		const why = /localhost.*(server does not support SSL|does not support TLS)/;
		await expectRefused(way, reached({ sslmode: 'require' }), why);
		await expectRefused(way, verified(), why);
	});
});

describe('where the server shows a certificate for another name', () => {
	beforeAll(() => cluster.showCertificateFor('DNS:db.internal'));
	afterAll(() => cluster.showCertificateFor(OWN_NAMES));

	test.each(Object.keys(WAYS))('%s refuses it with verify-full', async (way) => {
		const why = /failed: .*(not match certificate's altnames|does not match host name)/;
		await expectRefused(way, verified(), why);
		await expectRefused(way, verified({ host: '127.0.0.1' }), why);
	});

	test.each(Object.keys(WAYS))('%s comes over TLS with require all the same', async (way) => {
		await expectLetIn(way, reached({ sslmode: 'require' }));
	});
});

describe('without sslrootcert', () => {
	/** What a process of its own says that is started as a deployer starts the console: our own connection, and pg_dump. */
	async function goAs({ flags = [], variables = {} }: { flags?: string[]; variables?: Record<string, string> }): Promise<string[]> {
		const script = `import { withTarget } from '#lib/postgres/connection/connect.ts'; import { runProgram } from '#lib/postgres/programs/run-program.ts';
			const target = JSON.parse(process.env.TARGET);
			const args = ['--no-password', '--table=vh.link', '--file=/dev/null', '${LIVE}'];
			const went = await Promise.allSettled([
				withTarget({ target, login: 'backup' }, (client) => client.query('select 1')),
				runProgram({ program: 'pg_dump', args, as: { target, login: 'backup' } }),
			]);
			console.log(JSON.stringify(went.map(({ reason }) => reason?.message ?? 'let in')));`;
		const { NODE_EXTRA_CA_CERTS: _, SSL_CERT_FILE: __, ...environment } = process.env;
		const { stdout } = await run(process.execPath, [...flags, '--input-type=module-typescript', '-e', script], {
			env: { ...environment, TARGET: JSON.stringify(verified({ sslrootcert: undefined })), ...variables },
		});
		return JSON.parse(stdout);
	}

	test('our connections and the programs both trust the authority of NODE_EXTRA_CA_CERTS', async () => {
		expect(await goAs({ variables: { NODE_EXTRA_CA_CERTS: authority.certificate } })).toEqual(['let in', 'let in']);
	});

	test('both trust the machine’s authorities where Node is told to', async () => {
		expect(await goAs({ flags: ['--use-system-ca'], variables: { SSL_CERT_FILE: authority.certificate } })).toEqual(['let in', 'let in']);
	});

	test('neither trusts an authority that nobody named', async () => {
		const refused = expect.stringContaining('certificate');
		expect(await goAs({ variables: { NODE_EXTRA_CA_CERTS: another.certificate } })).toEqual([refused, refused]);
	});
});

/** Our sessions as the server sees them, once one of them waits for a lock. */
function sessionsAtTheLock(): Promise<Row[]> {
	return until('pg_dump at the lock', async () => {
		const rows = await query(
			cluster.url('postgres'),
			`select application_name as session, ssl, wait_event_type from pg_stat_ssl join pg_stat_activity using (pid) where usename like 'countersign%'`,
		);
		return rows.some((row) => row.wait_event_type === 'Lock') && rows;
	});
}

test('a dump, seen while it waits for a lock, and its restore into a new database go over TLS in all their sessions', async () => {
	cluster.visits();
	const holder = await openSession(cluster.url(LIVE));
	await holder.query('begin; lock table vh.link in access exclusive mode');
	const [dumpFolder, sessions] = await Promise.all([dump(verified(), 'whole'), sessionsAtTheLock().finally(() => holder.end())]);
	expect(sessions).toContainEqual({ session: 'countersign snapshot', ssl: 't', wait_event_type: 'Client' });
	expect(sessions).toContainEqual({ session: 'countersign', ssl: 't', wait_event_type: 'Lock' });
	expect(sessions.filter(({ ssl }) => ssl !== 't')).toEqual([]);
	await restoreDatabase({ target: verified(), dumpFolder, intoDatabase: BESIDE, what: 'everything', jobs: 2, onProgress: () => undefined });

	const visits = cluster.visits();
	expectAllOverTls(visits);
	const went = new Set(visits.map(({ user, database }) => `${user} to ${database}`));
	for (const journey of [`backup to ${LIVE}`, 'backup to postgres', `restore to ${BESIDE}`])
		expect(went).toContain(`countersign_${journey}`);
	const [live, beside] = await Promise.all(
		[LIVE, BESIDE].map((database) => withTarget({ target: verified(), login: 'backup', database }, readCatalog)),
	);
	const restored = beside ?? [];
	expect(fingerprintOf(asRestored({ live: live ?? [], restored, again: restored }))).toBe(fingerprintOf(restored));
});

test('a whole run succeeds on a target that is reached with verify-full, and goes there in no other way', async () => {
	const console_ = await openTestConsole();
	try {
		cluster.visits();
		const run = await runBundle({ console: console_, target: verified() }, { files: { '1.sql': 'create table eng.made (id int)' } });
		expect(run).toMatchObject({ status: 'succeeded', failure: null, truth: { kind: 'committed' } });
		expect(await psql(cluster, LIVE, `select to_regclass('eng.made') is not null`)).toBe('t');
		expectAllOverTls(cluster.visits());
	} finally {
		await console_.close();
	}
});
