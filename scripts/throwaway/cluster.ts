import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCluster, type RunningCluster, startCluster } from '#scripts/set-up/cluster.ts';
import { freePort } from '#scripts/set-up/free-port.ts';

/** `folder` holds `data`, `log` and `wal-archive`. */
export type ThrowawayCluster = RunningCluster & { folder: string; port: number; password: string; destroy(): Promise<void> };

const QUICK: Record<string, string> = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' };
const DURABLE: Record<string, string> = { max_connections: '300' };

/**
 * A PostgreSQL cluster in a temporary folder, gone after `destroy`. It may lose data in a power cut, and so it is quick, and does
 * nothing by itself; a durable one is as PostgreSQL is installed, with room for more sessions, for measuring.
 */
export async function makeThrowawayCluster({
	archive,
	durable = false,
}: {
	archive: boolean;
	durable?: boolean;
}): Promise<ThrowawayCluster> {
	const folder = mkdtempSync(join(tmpdir(), 'countersign-cluster-'));
	const password = randomBytes(18).toString('base64url');
	const port = await freePort();
	const definition = {
		folder: join(folder, 'cluster'),
		port,
		password,
		archive,
		settings: durable ? DURABLE : QUICK,
	};
	await makeCluster(definition);
	const running = await startCluster(definition);
	const destroy = async () => {
		await running.stop();
		rmSync(folder, { recursive: true, force: true });
	};
	return { ...running, folder: definition.folder, port, password, destroy };
}
