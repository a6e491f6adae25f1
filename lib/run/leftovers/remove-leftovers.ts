import { scratchName, standbyName } from '#lib/domain/database-names.ts';
import { removeUnkeptDumps } from '#lib/postgres/backup/dump.ts';
import { dropDatabase } from '#lib/postgres/backup/restore-database.ts';
import { listDatabases } from '#lib/postgres/catalog/list-databases.ts';
import { readKeptBackup } from '#lib/run/owner/keep-facts.ts';
import { letGoOn } from '#lib/run/owner/let-go.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { failureOf, recordStep } from '#lib/run/owner/step.ts';

/** Removes what a dead owner left of this run: a scratch database, a standby copy or a dump that was never finished. Each is recorded. */
export async function removeLeftovers(run: OpenRun): Promise<void> {
	try {
		await removeThem(run);
	} catch (error) {
		letGoOn(error);
		// What is left over decides nothing about the change: the target's marker does. The next start of a worker looks again.
		const message = `What is left over of this run could not be removed: ${failureOf(error).message}`;
		run.journal.tell('claim', { phase: 'notice', data: { severity: 'WARNING', message } });
	}
}

async function removeThem(run: OpenRun): Promise<void> {
	const { target, runId } = run;
	const kept = await readKeptBackup(run);
	const there = await listDatabases(target);
	const unfinished = [scratchName(runId), standbyName(runId)].filter((name) => there.includes(name) && name !== kept?.replacement);
	for (const database of unfinished) {
		await dropDatabase({ target, database });
		await recordStep(run, 'run.leftover_removed', { database });
	}
	const removed = await removeUnkeptDumps({ folder: target.backup.folder, runId, kept: kept?.folder ?? null });
	for (const folder of removed) await recordStep(run, 'run.leftover_removed', { folder });
}

/** After a safe end the replacement is of no use. Returns why it could not be removed, else null: it decides nothing. */
export async function removeReplacement(run: OpenRun): Promise<string | null> {
	const kept = await readKeptBackup(run);
	if (!kept?.replacement) return null;
	try {
		await dropDatabase({ target: run.target, database: kept.replacement });
		return null;
	} catch (error) {
		return `The database ${kept.replacement} is left over (${failureOf(error).message}): drop it by hand, or leave it to the next start of a worker.`;
	}
}
