import { restoreNames } from '#lib/domain/database-names.ts';
import type { Failure, RestorePrice } from '#lib/domain/run.ts';
import { healSwap } from '#lib/postgres/backup/heal-swap.ts';
import { dropDatabase } from '#lib/postgres/backup/restore-database.ts';
import { listDatabases } from '#lib/postgres/catalog/list-databases.ts';
import { endLeftSessions } from '#lib/run/leftovers/end-left-sessions.ts';
import { readKeptBackup } from '#lib/run/owner/keep-facts.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import type { Owned } from '#lib/run/owner/own-run.ts';
import { holdRunLock } from '#lib/run/owner/run-lock.ts';
import { recordStep } from '#lib/run/owner/step.ts';
import { endRestored, type RestoreOrder, replacementOf, restoreBackup } from './restore-backup.ts';

/**
 * Begins a restore that two people confirmed, or goes on with one whose worker died: a swap that was cut short is finished or
 * reverted first, and what was restored beside is made again from the start.
 */
export async function resumeRestore(run: OpenRun, { takenOver }: Owned): Promise<void> {
	const order = await readOrder(run);
	const replacement = replacementOf(run, order);
	const { keptAs } = restoreNames(run.runId);
	if (takenOver) await recordStep(run, 'run.taken_over', { fence: run.fence, truth: run.truth });
	await endLeftSessions(run);
	await holdRunLock(run);
	const swap = await healSwap({ target: run.target, live: run.target.connection.database, replacement, keptAs });
	if (swap === 'swapped') return endRestored(run, order);
	if (order.backup.replacement === null && (await listDatabases(run.target)).includes(replacement)) {
		await dropDatabase({ target: run.target, database: replacement });
		await recordStep(run, 'run.leftover_removed', { database: replacement });
	}
	return restoreBackup(run, order);
}

/** What people decided about, read back from the run. */
async function readOrder(run: OpenRun): Promise<RestoreOrder> {
	const backup = await readKeptBackup(run);
	if (!backup) throw new Error('a committed run has no backup');
	const row = await run.store.run.findUniqueOrThrow({
		where: { id: run.runId },
		select: { failure: true, price: true, _count: { select: { confirmations: true } } },
	});
	const confirmed = row._count.confirmations > 0;
	return { backup, failure: row.failure as Failure, confirmedRows: confirmed ? (row.price as RestorePrice).rows : null };
}
