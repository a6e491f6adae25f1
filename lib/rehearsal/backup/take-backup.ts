import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RehearsedBackup } from '#lib/domain/rehearsed/rehearsal.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';
import { dumpOneSnapshot } from '#lib/gates/backup.ts';
import { type GateContext, StepFailed } from '#lib/gates/gate.ts';
import type { TakenBackup } from '#lib/gates/way-back.ts';
import { openBackupFolder } from '#lib/postgres/backup/backup-folder.ts';
import { beginProof } from '#lib/postgres/backup/prove-dump.ts';
import { readSequences } from '#lib/postgres/catalog/census.ts';
import { readDatabaseBytes } from '#lib/postgres/catalog/database-bytes.ts';
import { closeTarget, connectTarget, type TargetClient } from '#lib/postgres/connection/connect.ts';
import type { OpenRehearsal } from '../open-rehearsal.ts';
import { type KeptBackup, reuseBackup } from './reuse-backup.ts';

/** Where a rehearsal's dump is until it ends: among the backups, but counted with none of them. */
export function rehearsalFolder(backupFolder: string, rehearsalId: string): string {
	return join(backupFolder, `.rehearsal_${rehearsalId}`);
}

/** `backup` stands in the rehearsal's own folder. `kept` is what others may use again; null where it is another's, or none is kept. */
export type Obtained = { backup: TakenBackup; kept: KeptBackup | null; told: Pick<RehearsedBackup, 'ms' | 'usedAgain' | 'takenBecause'> };

/** A kept backup where the target lets one be used again and there is one, else a new one. Throws when the database is too large to be rehearsed. */
export async function obtainBackup(rehearsal: OpenRehearsal, context: GateContext): Promise<Obtained> {
	const { target, runId, signal } = context;
	await openBackupFolder(target.backup.folder);
	const folder = rehearsalFolder(target.backup.folder, runId);
	await rm(folder, { recursive: true, force: true });
	const client = await connectTarget({ target, login: 'backup', applicationName: `countersign backup ${runId}`, signal });
	try {
		assertRoom(await readDatabaseBytes(client), target.rehearsal.maxDatabaseBytes);
		const notOlderThan = target.rehearsal.backupNotOlderThan;
		if (notOlderThan === undefined) {
			const backup = await takeNew(context, { client, folder });
			return { backup, kept: null, told: { ms: backup.ms } };
		}
		const reuse = await reuseBackup(rehearsal, context, { client, folder, notOlderThan });
		if (reuse.backup) return { backup: reuse.backup, kept: null, told: { ms: reuse.ms, usedAgain: reuse.usedAgain } };
		const backup = await takeNew(context, { client, folder });
		const { catalog: _, ...kept } = backup;
		return { backup, kept, told: { ms: backup.ms, takenBecause: reuse.why } };
	} finally {
		await closeTarget(client);
	}
}

/**
 * A dump of the live database as it is, with its catalog and row counts in the same snapshot, read in full. It only reads, like any backup.
 */
async function takeNew(
	context: GateContext,
	{ client, folder }: { client: TargetClient; folder: string },
): Promise<TakenBackup & { ms: number }> {
	const startedAt = performance.now();
	const proof = beginProof(folder);
	const seen = await dumpOneSnapshot(context, { client, folder, onFile: proof.take });
	// The dump may have read a sequence after the census did: people go on working.
	const census = { ...seen.census, sequences: await readSequences(client) };
	const { sha256, bytes } = await proof.finish();
	return { folder, bytes, sha256, ...seen, census, ms: Math.round(performance.now() - startedAt) };
}

function assertRoom(bytes: number, most: number): void {
	if (bytes <= most) return;
	throw new StepFailed({
		code: 'rehearsal_too_large',
		message: `The database has ${formatBytes(bytes)}; on this target a database of up to ${formatBytes(most)} is rehearsed.`,
		instead:
			'Nothing was copied. Ask the deployer for more room (rehearsal.maxDatabaseBytes), or sign without a rehearsal where the target allows it.',
	});
}
