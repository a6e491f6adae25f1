import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from '#lib/domain/target/target.ts';
import { APPLICATION_PREFIX, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';

/** A named point to which the cluster can be recovered: its WAL position, its segment, and when that was archived. */
export type RecoveryPoint = { name: string; lsn: string; walFile: string; archivedAt: string };

type Archiver = { mode: string; archived: string | null; archivedAt: string | null; failures: string; failed: string | null };

const ARCHIVED_WITHIN_MS = 60_000;
const POLL_MS = 100;
/** A segment's name; the archiver also reports history and backup files. */
const SEGMENT = /^[0-9A-F]{24}/;

/**
 * Makes a restore point, ends its WAL segment, and waits at most 60 s until the archiver has archived that segment. Throws at once
 * when archiving is off, or fails meanwhile. `name` has at most 63 bytes. The login `backup` needs EXECUTE on both functions in
 * the maintenance database.
 */
export async function makeRecoveryPoint({
	target,
	name,
	signal,
}: {
	target: Target;
	name: string;
	signal?: AbortSignal;
}): Promise<RecoveryPoint> {
	const place = {
		target,
		login: 'backup',
		database: target.connection.maintenanceDatabase,
		applicationName: `${APPLICATION_PREFIX} recovery point`,
		signal,
	} as const;
	return withTarget(place, async (client) => {
		const before = await readArchiver(client);
		if (before.mode === 'off') throw new Error('archive_mode is off: a recovery point needs a WAL archive');
		const { rows } = await client.query<{ lsn: string; walFile: string }>(
			'select lsn::text, pg_catalog.pg_walfile_name(lsn) as "walFile" from pg_catalog.pg_create_restore_point($1) lsn',
			[name],
		);
		const [point] = rows;
		if (!point) throw new Error('the server did not create the restore point');
		await client.query('select pg_catalog.pg_switch_wal()');
		return { name, ...point, archivedAt: await waitUntilArchived(client, { walFile: point.walFile, before }) };
	});
}

async function waitUntilArchived(client: TargetClient, { walFile, before }: { walFile: string; before: Archiver }): Promise<string> {
	const deadline = performance.now() + ARCHIVED_WITHIN_MS;
	for (;;) {
		const now = await readArchiver(client);
		const segment = now.archived?.match(SEGMENT)?.[0];
		if (segment && segment >= walFile && now.archivedAt) return now.archivedAt;
		if (now.failures !== before.failures)
			throw new Error(`the archiver failed at ${now.failed}: check archive_command and the server's log`);
		if (performance.now() >= deadline) {
			throw new Error(
				`the archiver did not archive ${walFile} within ${ARCHIVED_WITHIN_MS / 1000} s; its last one is ${now.archived ?? 'none'}`,
			);
		}
		await sleep(POLL_MS);
	}
}

async function readArchiver(client: TargetClient): Promise<Archiver> {
	const { rows } = await client.query<Archiver>(`
		select pg_catalog.current_setting('archive_mode') as mode, last_archived_wal as archived, last_archived_time::text as "archivedAt",
		       failed_count as failures, last_failed_wal as failed
		  from pg_catalog.pg_stat_archiver`);
	if (!rows[0]) throw new Error('the server has no statistics of its archiver');
	return rows[0];
}
