import { execFile } from 'node:child_process';
import { appendFileSync, chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Cluster } from '#tests/support/cluster.ts';
import { query, until } from '#tests/support/sql.ts';
import type { World } from '../world.ts';

const run = promisify(execFile);

/** A streaming standby of a cluster. */
export type Standby = {
	port: number;
	url(database: string): string;
	caughtUp(): Promise<void>;
	pauseReplay(): Promise<void>;
	promote(): Promise<void>;
};

export async function startStandby(world: World, primary: Cluster): Promise<Standby> {
	const folder = mkdtempSync(join(tmpdir(), 'countersign-standby-'));
	const { uid, gid } = statSync(primary.dataDir);
	chownSync(folder, uid, gid);
	const data = join(folder, 'data');
	const port = await freePort();
	const program = (name: string, args: string[]) =>
		run(join(primary.binDir, name), args, { uid, gid, env: { ...process.env, LC_ALL: 'C', PGPASSWORD: primary.password } });
	await program('pg_basebackup', [
		'-h',
		'127.0.0.1',
		'-p',
		String(primary.port),
		'-U',
		'postgres',
		'-D',
		data,
		'-R',
		'-X',
		'stream',
		'-c',
		'fast',
		'--no-sync',
	]);
	appendFileSync(join(data, 'postgresql.conf'), `\nport = ${port}\nunix_socket_directories = '${folder}'\nhot_standby = on\n`);
	world.atEnd(async () => {
		await program('pg_ctl', ['stop', '-D', data, '-w', '-m', 'immediate']).catch(() => undefined);
		rmSync(folder, { recursive: true, force: true });
	});
	await program('pg_ctl', ['start', '-D', data, '-w', '-s', '-l', join(folder, 'log')]);
	const url = (database: string) => `postgresql://postgres:${primary.password}@127.0.0.1:${port}/${database}`;
	return {
		port,
		url,
		caughtUp: async () => {
			const [row] = await query<{ lsn: string }>(primary.url('postgres'), 'select pg_current_wal_lsn() as lsn');
			await until('the standby to catch up', async () => {
				const [seen] = await query<{ there: string }>(url('postgres'), 'select pg_last_wal_replay_lsn() >= $1::pg_lsn as there', [
					row?.lsn,
				]);
				return seen?.there === 't';
			});
		},
		// Its receiver is ended and finds nobody any more: what is committed from here on is lost with the primary.
		pauseReplay: async () => {
			await query(url('postgres'), `alter system set primary_conninfo = ''`);
			await query(url('postgres'), 'select pg_reload_conf()');
			await until(
				'the standby to be cut off',
				async () => (await query(primary.url('postgres'), 'select 1 from pg_stat_replication')).length === 0,
			);
		},
		promote: async () => {
			await program('pg_ctl', ['promote', '-D', data, '-w']);
		},
	};
}

function freePort(): Promise<number> {
	return new Promise((resolve) => {
		const server = createServer();
		server.listen(0, '127.0.0.1', () => {
			const { port } = server.address() as { port: number };
			server.close(() => resolve(port));
		});
	});
}
