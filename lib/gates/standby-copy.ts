import { standbyName } from '#lib/domain/target/database-names.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';
import { copyDatabase } from '#lib/postgres/backup/copy-database.ts';
import { dropDatabase } from '#lib/postgres/backup/restore-database.ts';
import { readDatabaseBytes } from '#lib/postgres/catalog/database-bytes.ts';
import type { CatalogEntry } from '#lib/postgres/catalog/fingerprint.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import type { ProvenBackup } from './backup.ts';
import { type GateContext, type Passed, StepFailed } from './gate.ts';
import { lookAtCopy, type ProvenCopy, provenAs } from './proven-copy.ts';
import { assertEqual } from './way-back.ts';

export type StandbyCopy = { kept: string; proven: ProvenCopy };

/**
 * If the plan asks for it: makes a second database beside the live one, compares it with the backup's snapshot and closes it, so that a
 * restore is two renames, whatever the size. The application is in maintenance mode; its sessions are ended for the copy.
 */
export async function makeStandbyCopy(
	context: GateContext,
	backup: ProvenBackup & { catalog: CatalogEntry[] },
): Promise<Passed<StandbyCopy>> {
	const { target, runId, signal } = context;
	const copy = standbyName(runId);
	const bytes = await refuseWithoutRoom(context);
	try {
		await copyDatabase({ target, source: target.connection.database, copy, applicationName: `countersign copy ${runId}`, signal });
		const seen = await lookAtCopy(context, copy);
		assertEqual(backup, seen, 'standby copy');
		const proven = provenAs(seen);
		return { summary: `${copy}, ${formatBytes(bytes)}, compared: equal`, evidence: { copy, bytes }, value: { kept: copy, proven } };
	} catch (error) {
		await dropDatabase({ target, database: copy }).catch(() => undefined); // The first error is the one to report; a leftover is found later.
		if (error instanceof StepFailed) throw error;
		throw new StepFailed(
			{
				code: 'standby_copy_failed',
				message: `The standby copy could not be made: ${error instanceof Error ? error.message : String(error)}`,
				instead: 'Nothing was changed. Remove what prevents it, or file a revision without a standby copy, then execute again.',
			},
			{ cause: error },
		);
	}
}

/** The size of the database, if it is within what the deployer allows for a copy. */
async function refuseWithoutRoom({ target, runId, signal }: GateContext): Promise<number> {
	const place = { target, login: 'backup', applicationName: `countersign size ${runId}`, signal } as const;
	const bytes = await withTarget(place, readDatabaseBytes);
	const room = target.standbyCopy === 'refused' ? 0 : target.standbyCopy.maxDatabaseBytes;
	if (bytes <= room) return bytes;
	throw new StepFailed({
		code: 'no_room_for_standby_copy',
		message: `${target.name} has ${formatBytes(bytes)} (limit for a standby copy: ${formatBytes(room)}).`,
		instead: 'Nothing was changed. File a revision without a standby copy: the restore then uses the dump.',
	});
}
