import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
	chmodSync,
	chownSync,
	closeSync,
	existsSync,
	mkdirSync,
	openSync,
	readFileSync,
	readlinkSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findProgram } from '#lib/postgres/programs/programs.ts';
import { lastLines } from './last-lines.ts';
import { endProcess, identify, type ProcessIdentity } from './processes.ts';
import { type ServerAccount, serverAccount } from './server-account.ts';

/** How long a server may take to come up; after a crash it first replays what was written since the last checkpoint. */
const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** A private PostgreSQL cluster that keeps its data: `folder` holds `data`, `log` and `wal-archive`. */
export type ClusterDefinition = {
	folder: string;
	port: number;
	/** Of the superuser `postgres`, the only role after the cluster is made. */
	password: string;
	/** Archives WAL into `wal-archive`. */
	archive: boolean;
	/** Further settings, as written in postgresql.conf. */
	settings?: Record<string, string>;
};

export type RunningCluster = {
	pid: number;
	/** The superuser's URL of a database. */
	url(database: string): string;
	/** Resolves when the server has ended, whoever ended it. */
	ended: Promise<void>;
	/** Ends every session and stops. Resolves when the server is gone. */
	stop(): Promise<void>;
};

/** Makes the cluster unless it is there: data checksums, passwords by scram, UTF-8. One that was left half made is made again. */
export async function makeCluster({ folder, password }: ClusterDefinition): Promise<void> {
	const made = join(folder, 'made');
	if (existsSync(made)) return;
	const account = serverAccount();
	const passwordFile = join(folder, 'password');
	rmSync(folder, { recursive: true, force: true });
	for (const path of [folder, join(folder, 'data'), join(folder, 'wal-archive')]) {
		mkdirSync(path, { recursive: true, mode: 0o700 });
		giveTo(account, path);
	}
	writeFileSync(passwordFile, password, { mode: 0o600 });
	giveTo(account, passwordFile);
	await initialize(folder, account);
	rmSync(passwordFile);
	writeFileSync(made, '');
}

/** Starts the server and waits until it answers. What an earlier run left behind is ended first. Throws with the server's last lines. */
export async function startCluster(cluster: ClusterDefinition): Promise<RunningCluster> {
	await endLeftoverServer(cluster.folder);
	const url = (database: string) => `postgresql://postgres:${cluster.password}@127.0.0.1:${cluster.port}/${encodeURIComponent(database)}`;
	const deadline = Date.now() + START_LIMIT_MS;
	for (;;) {
		const server = await launch(cluster);
		const { pid } = server;
		const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
		if (pid === undefined) throw new Error('the PostgreSQL server could not be started');
		const outcome = await Promise.race([answers(url('postgres'), deadline), ended.then(() => 'ended' as const)]);
		const identity = identify(pid);
		if (outcome === 'answers' && identity) return { pid, url, ended, stop: () => stopServer(identity) };
		const said = lastLines(join(cluster.folder, 'log'));
		if (identity) await stopServer(identity);
		// Sessions of a server that was killed take a moment to notice.
		if (!/pre-existing shared memory block/.test(said) || Date.now() > deadline) {
			throw new Error(`the PostgreSQL server in ${cluster.folder} did not start. Its last lines:\n${said}`);
		}
		await sleep(500);
	}
}

async function initialize(folder: string, account: ServerAccount): Promise<void> {
	const data = openData(folder, account);
	const flags = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--no-locale', '--data-checksums'];
	const initdb = spawn(await findProgram('initdb'), [...flags, `--pwfile=${data.path}/../password`, '-D', data.path], {
		...account,
		cwd: '/',
		env: environment(),
		stdio: ['ignore', 'pipe', 'pipe', data.fd],
	});
	let said = '';
	for (const stream of [initdb.stdout, initdb.stderr]) stream?.on('data', (chunk) => (said += chunk));
	const status = await new Promise((resolve, reject) => initdb.once('error', reject).once('close', resolve));
	closeSync(data.fd);
	if (status !== 0) throw new Error(`initdb failed with status ${status}:\n${said}`);
}

/** In a session of its own, so that Ctrl-C in the terminal does not reach it: it stops in its turn. */
async function launch(cluster: ClusterDefinition): Promise<ChildProcess> {
	const account = serverAccount();
	const data = openData(cluster.folder, account);
	const log = openSync(join(cluster.folder, 'log'), 'a', 0o600);
	const settings = Object.entries(settingsOf(cluster)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
	try {
		return spawn(await findProgram('postgres'), ['-D', data.path, ...settings], {
			...account,
			cwd: '/',
			detached: true,
			env: environment(),
			stdio: ['ignore', log, log, data.fd],
		});
	} finally {
		closeSync(data.fd);
		closeSync(log);
	}
}

/** Nothing of the caller's but where programs are. */
function environment(): NodeJS.ProcessEnv {
	return { NODE_ENV: 'production', PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}

function settingsOf({ port, archive, settings }: ClusterDefinition): Record<string, string> {
	return {
		listen_addresses: '127.0.0.1',
		port: String(port),
		unix_socket_directories: '',
		log_line_prefix: '%m [%p] %q%u@%d ',
		...(archive && {
			wal_level: 'replica',
			archive_mode: 'on',
			// Copied under another name first: an archive that was cut short would never be written again.
			archive_command:
				'test ! -f ../wal-archive/%f && cp %p ../wal-archive/%f.part && sync ../wal-archive/%f.part && mv ../wal-archive/%f.part ../wal-archive/%f',
		}),
		...settings,
	};
}

/**
 * The data directory as the server is told it. As root the server runs as another account, which may not be able to walk the
 * path (a clone under /root, or in a folder made by mktemp): it gets the directory already opened, as its descriptor 3.
 */
function openData(folder: string, account: ServerAccount): { path: string; fd: number } {
	const path = join(folder, 'data');
	const fd = openSync(path, 'r');
	return { path: account.uid !== undefined && existsSync('/proc/self/fd') ? '/proc/self/fd/3' : path, fd };
}

/** A server that outlived its starter is stopped; a note of one that is gone, whose number another process has now, is removed. */
export async function endLeftoverServer(folder: string): Promise<void> {
	const data = join(folder, 'data');
	const note = join(data, 'postmaster.pid');
	if (!existsSync(note)) return;
	const identity = identify(Number(readFileSync(note, 'utf8').split('\n')[0]));
	if (identity && servesFrom(identity.pid, data)) await stopServer(identity);
	else rmSync(note, { force: true });
}

function servesFrom(pid: number, data: string): boolean {
	try {
		if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
		return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).includes(`-D ${data} `);
	} catch {
		return false; // Gone, or somebody else's.
	}
}

async function answers(url: string, deadline: number): Promise<'answers' | 'silent'> {
	while (Date.now() < deadline) {
		const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
		client.on('error', () => undefined); // The next look decides.
		const connected = await client.connect().then(
			() => true,
			() => false,
		);
		await client.end().catch(() => undefined); // It was only a look.
		if (connected) return 'answers';
		await sleep(LOOK_EVERY_MS);
	}
	return 'silent';
}

/** SIGINT is PostgreSQL's fast shutdown, SIGQUIT the immediate one. */
function stopServer(identity: ProcessIdentity): Promise<void> {
	return endProcess(identity, { first: 'SIGINT', last: 'SIGQUIT', limitMs: STOP_LIMIT_MS });
}

function giveTo(account: ServerAccount, path: string): void {
	if (account.uid === undefined || account.gid === undefined) return;
	chmodSync(path, path.endsWith('password') ? 0o600 : 0o700);
	chownSync(path, account.uid, account.gid);
}
