import { execFile } from 'node:child_process';
import { appendFileSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Cluster, startCluster } from './cluster.ts';

const run = promisify(execFile);

/** Vouches for servers. `certificate` is the file of its own certificate, as sslrootcert names it. */
export type Authority = {
	certificate: string;
	/** A server's new key, and the authority's word for these names, as subjectAltName writes them. Both as PEM. */
	vouchFor(names: string): Promise<{ certificate: string; key: string }>;
	remove(): void;
};

/** A session that was let in, or somebody who came without TLS and was turned away, as the server has logged it. */
export type Visit = { user: string; database: string; how: 'over TLS' | 'in plain text' | 'turned away' };

/** A cluster that is reached over TLS only: pg_hba.conf knows nothing else, for the superuser neither. */
export type TlsCluster = Cluster & {
	/** The server starts again, and shows a certificate for these names. */
	showCertificateFor(names: string): Promise<void>;
	/** The server starts again without TLS, and would let everybody in without. */
	giveUpTls(): Promise<void>;
	/** Who has come since this was asked the last time. */
	visits(): Visit[];
};

/** What every test cluster is reached as. */
export const OWN_NAMES = 'DNS:localhost, IP:127.0.0.1';
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const VALID = ['-days', '2'];

/** A certificate authority of a test's own, which nobody trusts who was not told to. */
export async function makeAuthority(name: string): Promise<Authority> {
	const folder = mkdtempSync(join(tmpdir(), 'countersign-authority-'));
	const at = (file: string) => join(folder, file);
	const remove = () => rmSync(folder, { recursive: true, force: true });
	/** openssl's configuration with these extensions: that of the machine is not asked. */
	const configured = (extensions: string) => {
		writeFileSync(at('config'), `[req]\ndistinguished_name = name\n[name]\n[ours]\n${extensions}\n`);
		return { config: ['-config', at('config')], extensions: ['-extensions', 'ours'] };
	};
	const own = configured('basicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign');
	await openssl([
		...['req', '-x509', ...own.config, ...own.extensions, ...NEW_KEY, ...VALID],
		...['-subj', `/CN=${name}`, '-keyout', at('authority.key'), '-out', at('authority.crt')],
	]).catch((error: Error) => {
		remove();
		throw error;
	});
	return {
		certificate: at('authority.crt'),
		vouchFor: async (names) => {
			const server = configured(`subjectAltName = ${names}`);
			await openssl(['req', '-new', ...server.config, ...NEW_KEY, '-subj', '/CN=A server', '-keyout', at('key'), '-out', at('request')]);
			await openssl([
				...['x509', '-req', '-in', at('request'), '-CA', at('authority.crt'), '-CAkey', at('authority.key'), '-CAcreateserial'],
				...['-extfile', at('config'), ...server.extensions, ...VALID, '-out', at('certificate')],
			]);
			return { certificate: readFileSync(at('certificate'), 'utf8'), key: readFileSync(at('key'), 'utf8') };
		},
		remove,
	};
}

/** Starts a cluster that this authority vouches for, first by `OWN_NAMES`. */
export async function startTlsCluster(authority: Authority): Promise<TlsCluster> {
	const cluster = await startCluster({ settings: { log_connections: 'on' } });
	const restartWith = async ({ ssl, access }: { ssl: 'on' | 'off'; access: 'hostssl' | 'host' }) => {
		appendFileSync(join(cluster.dataDir, 'postgresql.conf'), `ssl = ${ssl}\n`);
		giveServer(cluster, 'pg_hba.conf', `${access} all all 127.0.0.1/32 scram-sha-256\n`);
		await cluster.stop();
		await cluster.start();
	};
	const showCertificateFor = async (names: string) => {
		const { certificate, key } = await authority.vouchFor(names);
		giveServer(cluster, 'server.crt', certificate);
		giveServer(cluster, 'server.key', key);
		await restartWith({ ssl: 'on', access: 'hostssl' });
	};
	try {
		await showCertificateFor(OWN_NAMES);
	} catch (error) {
		await cluster.destroy();
		throw error;
	}
	let read = 0;
	return {
		...cluster,
		url: (database) => `${cluster.url(database)}?sslmode=verify-full&sslrootcert=${encodeURIComponent(authority.certificate)}`,
		showCertificateFor,
		giveUpTls: () => restartWith({ ssl: 'off', access: 'host' }),
		visits: () => {
			const log = readFileSync(join(cluster.folder, 'log'), 'utf8');
			const unread = log.slice(read);
			read = log.length;
			return unread.split('\n').flatMap((line) => visitOf(line) ?? []);
		},
	};
}

/** Logged before the client is told that it is in, or that it is not: whoever has asked knows that the line is there. */
function visitOf(line: string): Visit | null {
	const [, user = '', database = '', more = ''] = /connection authorized: user=(\S+) database=(\S+)(.*)/.exec(line) ?? [];
	if (user) return { user, database, how: more.includes('SSL enabled') ? 'over TLS' : 'in plain text' };
	const [, stranger, wanted = ''] = /no pg_hba\.conf entry for .* user "(.*)", database "(.*)", no encryption/.exec(line) ?? [];
	return stranger === undefined ? null : { user: stranger, database: wanted, how: 'turned away' };
}

/** A file of the data directory, which belongs to whom that belongs to: the server reads no key of anybody else's. */
function giveServer({ dataDir }: Cluster, name: string, text: string): void {
	const path = join(dataDir, name);
	const { uid, gid } = statSync(dataDir);
	writeFileSync(path, text, { mode: 0o600 });
	chownSync(path, uid, gid);
}

async function openssl(args: string[]): Promise<void> {
	await run('openssl', args).catch((error: NodeJS.ErrnoException) => {
		if (error.code !== 'ENOENT') throw error;
		throw new Error('the program openssl is not there, and certificates are made with it: install it (Debian installs it with PostgreSQL)');
	});
}
