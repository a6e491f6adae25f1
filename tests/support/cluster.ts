import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '#lib/postgres/programs/programs.ts';

const run = promisify(execFile);
const STARTS = 3;

/** A real, private PostgreSQL cluster for tests, on a free port of 127.0.0.1. */
export type Cluster = {
	host: string;
	port: number;
	superuser: 'postgres';
	password: string;
	/** The cluster's own folder: everything it writes is inside. */
	folder: string;
	dataDir: string;
	/** Where WAL is archived to, when asked for. */
	archiveDir: string;
	binDir: string;
	/** For psql, createdb and the like: the process's environment with the PG* variables of the superuser. */
	env: NodeJS.ProcessEnv;
	/** The superuser's URL of a database. */
	url(database: string): string;
	stop(mode?: 'fast' | 'immediate'): Promise<void>;
	start(): Promise<void>;
	/** Stops it and removes its folder. */
	destroy(): Promise<void>;
};

/**
 * `archive`: WAL archiving to `archiveDir`. `checksums`: data checksums. `settings`: further lines of postgresql.conf, as written there. `binDir`: the
 * programs of another version.
 */
export type ClusterOptions = { archive?: boolean; checksums?: boolean; settings?: Record<string, string>; binDir?: string };

/** Makes and starts a cluster: production's defaults, but without fsync. Stops with the test process unless that is killed hard. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
	const binDir = options.binDir ?? dirname(await findProgram('initdb'));
	const owner = unprivilegedOwner();
	const folder = mkdtempSync(join(tmpdir(), 'countersign-pg-'));
	const dataDir = join(folder, 'data');
	const archiveDir = join(folder, 'archive');
	const password = randomBytes(18).toString('hex');
	mkdirSync(archiveDir);
	for (const path of [folder, archiveDir]) own(path, owner);

	const program = (name: string, args: string[]) => run(join(binDir, name), args, { ...owner, env: { ...process.env, LC_ALL: 'C' } });
	const passwordFile = join(folder, 'password');
	writeFileSync(passwordFile, password, { mode: 0o600 });
	own(passwordFile, owner);
	const flags = options.checksums ? ['--data-checksums'] : [];
	await program('initdb', [
		...['-D', dataDir, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
		...['--encoding=UTF8', '--no-locale', '--no-sync', ...flags],
	]);
	rmSync(passwordFile);

	const cluster: Cluster = {
		host: '127.0.0.1',
		port: 0,
		superuser: 'postgres',
		password,
		folder,
		dataDir,
		archiveDir,
		binDir,
		env: process.env,
		url: (database) => `postgresql://postgres:${password}@127.0.0.1:${cluster.port}/${encodeURI(database)}`,
		stop: async (mode = 'fast') => {
			await program('pg_ctl', ['stop', '-D', dataDir, '-w', '-m', mode]);
		},
		start: async () => {
			await program('pg_ctl', ['start', '-D', dataDir, '-w', '-t', '60', '-s', '-l', join(folder, 'log')]);
		},
		destroy: async () => {
			process.off('exit', stopHard);
			await cluster.stop('immediate').catch(() => undefined); // Stopped already: nothing is left to stop.
			rmSync(folder, { recursive: true, force: true });
		},
	};
	function stopHard() {
		try {
			execFileSync(join(binDir, 'pg_ctl'), ['stop', '-D', dataDir, '-m', 'immediate'], { ...owner, stdio: 'ignore' });
		} catch {
			// It was stopped already.
		}
		rmSync(folder, { recursive: true, force: true });
	}
	process.on('exit', stopHard);
	await startOnFreePort(cluster, options);
	return cluster;
}

/** A free port can be taken before the server binds it, so this tries again on another. */
async function startOnFreePort(cluster: Cluster, options: ClusterOptions): Promise<void> {
	const initial = readFileSync(join(cluster.dataDir, 'postgresql.conf'), 'utf8');
	for (let attempt = 1; ; attempt++) {
		cluster.port = await freePort();
		writeFileSync(join(cluster.dataDir, 'postgresql.conf'), `${initial}\n${settingsText(cluster, options)}\n`);
		try {
			await cluster.start();
			break;
		} catch (error) {
			if (attempt < STARTS) continue;
			const log = readFileSync(join(cluster.folder, 'log'), 'utf8');
			throw new Error(`the test cluster did not start: ${log}`, { cause: error });
		}
	}
	const passfile = join(cluster.folder, 'passfile');
	writeFileSync(passfile, `127.0.0.1:${cluster.port}:*:postgres:${cluster.password}\n`, { mode: 0o600 });
	cluster.env = { ...process.env, PGHOST: '127.0.0.1', PGPORT: String(cluster.port), PGUSER: 'postgres', PGPASSFILE: passfile };
}

function settingsText(cluster: Cluster, { archive, settings }: ClusterOptions): string {
	const lines: Record<string, string> = {
		listen_addresses: "'127.0.0.1'",
		port: String(cluster.port),
		unix_socket_directories: `'${cluster.folder}'`,
		fsync: 'off',
		...(archive ? { archive_mode: 'on', archive_command: `'test ! -f ${cluster.archiveDir}/%f && cp %p ${cluster.archiveDir}/%f'` } : {}),
		...settings,
	};
	return Object.entries(lines)
		.map(([name, value]) => `${name} = ${value}`)
		.join('\n');
}

/** PostgreSQL refuses to run as root: then it runs as `postgres` or, where there is none, as `nobody`. */
function unprivilegedOwner(): { uid: number; gid: number } | Record<string, never> {
	if (process.getuid?.() !== 0) return {};
	const accounts = new Map(
		readFileSync('/etc/passwd', 'utf8')
			.split('\n')
			.map((line) => [line.split(':')[0], line.split(':')]),
	);
	const account = accounts.get('postgres') ?? accounts.get('nobody');
	if (!account) throw new Error('this is root, and there is neither a user postgres nor a user nobody to run PostgreSQL as');
	return { uid: Number(account[2]), gid: Number(account[3]) };
}

function own(path: string, owner: { uid?: number; gid?: number }): void {
	chmodSync(path, path.endsWith('password') ? 0o600 : 0o700);
	if (owner.uid !== undefined && owner.gid !== undefined) chownSync(path, owner.uid, owner.gid);
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
		});
	});
}
