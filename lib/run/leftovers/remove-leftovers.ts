import { scratchName, standbyName } from '#lib/domain/target/database-names.ts';
import { removeUnkeptDumps } from '#lib/postgres/backup/dump.ts';
import { dropDatabase } from '#lib/postgres/backup/restore-database.ts';
import { listDatabases } from '#lib/postgres/catalog/list-databases.ts';
import { readKeptBackup } from '#lib/run/owner/keep-facts.ts';
import { letGoOn } from '#lib/run/owner/let-go.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { failureOf, recordStep } from '#lib/run/owner/step.ts';

/** Removes what a dead owner of this run left: a scratch database, a standby copy or an unfinished dump. Each removal is recorded. */
export async function removeLeftovers(run: OpenRun): Promise<void> {
	try {
		await removeThem(run);
	} catch (error) {
		letGoOn(error);
		// Leftovers decide nothing about the change: the target's marker does. The next start of a worker tries again.
		const message = `Leftovers of this run could not be removed: ${failureOf(error).message}`;
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

/** Removes the replacement database, which has no use after a safe end. Returns why that failed, else null: it decides nothing. */
export async function removeReplacement(run: OpenRun): Promise<string | null> {
	const kept = await readKeptBackup(run);
	if (!kept?.replacement) return null;
	try {
		await dropDatabase({ target: run.target, database: kept.replacement });
		return null;
	} catch (error) {
		return `The database ${kept.replacement} is left over (${failureOf(error).message}): drop it by hand, or let the next start of a worker do it.`;
	}
}
