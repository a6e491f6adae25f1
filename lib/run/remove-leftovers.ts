import { scratchName } from '#lib/domain/database-names.ts';
import { removeUnkeptDumps } from '#lib/postgres/dump.ts';
import { listDatabases } from '#lib/postgres/list-databases.ts';
import { dropDatabase } from '#lib/postgres/restore-database.ts';
import { readKeptBackup } from './keep-facts.ts';
import type { OpenRun } from './open-run.ts';
import { recordStep } from './step.ts';

/** Removes what a dead owner left of this run: its scratch database, and a dump that was never finished. Each is recorded. */
export async function removeLeftovers(run: OpenRun): Promise<void> {
	const { target, runId } = run;
	const scratch = scratchName(runId);
	if ((await listDatabases(target)).includes(scratch)) {
		await dropDatabase({ target, database: scratch });
		await recordStep(run, 'run.leftover_removed', { database: scratch });
	}
	const kept = await readKeptBackup(run);
	const removed = await removeUnkeptDumps({ folder: target.backup.folder, runId, kept: kept?.folder ?? null });
	for (const folder of removed) await recordStep(run, 'run.leftover_removed', { folder });
}
