import { standbyName } from '#lib/domain/database-names.ts';
import { formatBytes } from '#lib/domain/format-bytes.ts';
import { copyDatabase } from '#lib/postgres/backup/copy-database.ts';
import { dropDatabase } from '#lib/postgres/backup/restore-database.ts';
import type { CatalogEntry } from '#lib/postgres/catalog/fingerprint.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { setConnectionsAllowed } from '#lib/postgres/sessions/database-sessions.ts';
import type { ProvenBackup } from './backup.ts';
import { type GateContext, type Passed, StepFailed } from './gate.ts';
import { assertEqual, look } from './way-back.ts';

/**
 * Where the plan asks for it: a second database beside the live one, compared with the backup's snapshot and then closed, so that a
 * restore is two renames whatever the size. The application is in maintenance mode; its sessions are ended for the copy.
 */
export async function makeStandbyCopy(context: GateContext, backup: ProvenBackup & { catalog: CatalogEntry[] }): Promise<Passed<string>> {
	const { target, runId, signal } = context;
	const copy = standbyName(runId);
	const bytes = await refuseWithoutRoom(context);
	try {
		await copyDatabase({ target, source: target.connection.database, copy, applicationName: `countersign copy ${runId}`, signal });
		await setConnectionsAllowed({ target, database: copy, allowed: true });
		assertEqual(backup, await look(context, copy), 'standby copy');
		await setConnectionsAllowed({ target, database: copy, allowed: false });
	} catch (error) {
		await dropDatabase({ target, database: copy }).catch(() => undefined); // The first error is the one to tell; a leftover is found later.
		if (error instanceof StepFailed) throw error;
		throw new StepFailed(
			{
				code: 'standby_copy_failed',
				message: `The standby copy could not be made: ${error instanceof Error ? error.message : String(error)}`,
				instead: 'Nothing was changed. See what is in its way, or file a revision whose plan does without it, then execute again.',
			},
			{ cause: error },
		);
	}
	return { summary: `${copy}, ${formatBytes(bytes)}, compared: equal`, evidence: { copy, bytes }, value: copy };
}

/** The size of the database, if the deployer has said that a second one of it fits. */
async function refuseWithoutRoom({ target, runId, signal }: GateContext): Promise<number> {
	const bytes = await withTarget({ target, login: 'backup', applicationName: `countersign size ${runId}`, signal }, async (client) => {
		const { rows } = await client.query<{ bytes: string }>('select pg_catalog.pg_database_size(pg_catalog.current_database()) as bytes');
		return Number(rows[0]?.bytes);
	});
	const room = target.standbyCopy === 'refused' ? 0 : target.standbyCopy.maxDatabaseBytes;
	if (bytes <= room) return bytes;
	throw new StepFailed({
		code: 'no_room_for_standby_copy',
		message: `${target.name} has ${formatBytes(bytes)}; a standby copy is allowed up to ${formatBytes(room)}.`,
		instead: 'Nothing was changed. File a revision whose plan does without the standby copy: the restore is then made from the dump.',
	});
}
