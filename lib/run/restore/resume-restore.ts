import { readPrice } from '#lib/domain/restore-price.ts';
import type { Failure } from '#lib/domain/run.ts';
import { restoreNames } from '#lib/domain/target/database-names.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import { dropDatabase } from '#lib/postgres/backup/restore-database.ts';
import { listDatabases } from '#lib/postgres/catalog/list-databases.ts';
import { endLeftSessions } from '#lib/run/leftovers/end-left-sessions.ts';
import { readKeptBackup } from '#lib/run/owner/keep-facts.ts';
import { letGoOn } from '#lib/run/owner/let-go.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import type { Owned } from '#lib/run/owner/own-run.ts';
import { holdRunLock } from '#lib/run/owner/run-lock.ts';
import { failureOf, recordStep } from '#lib/run/owner/step.ts';
import { endRestored } from './end-restored.ts';
import { healRestore, persist, restoreBackup } from './restore-backup.ts';
import type { RestoreOrder } from './restore-order.ts';
import { hasBegunSwap } from './swap-in.ts';
import { waitAgain } from './wait-again.ts';

/**
 * Starts a restore that two people confirmed, or continues one whose worker died or released it: an interrupted swap is finished or
 * reverted first, and the restored database is made again from the start. If the target does not answer, the decision goes back to
 * people, unless a swap had begun: then its database may be closed, and a worker must keep trying.
 */
export async function resumeRestore(run: OpenRun, { takenOver }: Owned): Promise<void> {
	const order = await readOrder(run);
	if (takenOver) await recordStep(run, 'run.taken_over', { fence: run.fence, truth: run.truth });
	if (run.truth.kind === 'restored') return endRestored(run, order);
	const begun = await hasBegunSwap(run);
	try {
		await persist(run, () => takeTarget(run));
		if ((await healRestore(run, { order })) === 'swapped') return await endRestored(run, order);
		await dropUnfinished(run, order);
	} catch (error) {
		letGoOn(error);
		if (begun) throw error;
		return waitAgain(run, order, { replacement: restoreNames(run.runId).replacement, error: unreachable(error) });
	}
	return restoreBackup(run, order);
}

async function takeTarget(run: OpenRun): Promise<void> {
	await endLeftSessions(run);
	await holdRunLock(run);
}

async function dropUnfinished(run: OpenRun, { backup }: RestoreOrder): Promise<void> {
	const { replacement } = restoreNames(run.runId);
	if (backup.replacement !== null || !(await listDatabases(run.target)).includes(replacement)) return;
	await dropDatabase({ target: run.target, database: replacement });
	await recordStep(run, 'run.leftover_removed', { database: replacement });
}

function unreachable(error: unknown): StepFailed {
	if (error instanceof StepFailed) return error;
	return new StepFailed(
		{
			code: 'target_unreachable',
			message: `The target could not be reached: ${failureOf(error).message}`,
			instead: 'When the target is back, measure the price again and confirm the restore again.',
		},
		{ cause: error },
	);
}

/** An interrupted restore of this run may have swapped the backup in already: then the run is over. */
export async function finishIfSwapped(run: OpenRun): Promise<boolean> {
	if (!(await readKeptBackup(run)) || !(await hasBegunSwap(run))) return false;
	const order = await readOrder(run);
	if ((await healRestore(run, { order })) !== 'swapped') return false;
	await endRestored(run, order);
	return true;
}

/** What people decided, read from the run. */
async function readOrder(run: OpenRun): Promise<RestoreOrder> {
	const backup = await readKeptBackup(run);
	if (!backup) throw new Error('a committed run has no backup');
	const row = await run.store.run.findUniqueOrThrow({
		where: { id: run.runId },
		select: { failure: true, confirmations: { select: { price: true }, take: 1 } },
	});
	return { backup, failure: row.failure as Failure, confirmed: readPrice(row.confirmations[0]?.price) };
}
