import { sentence } from '#lib/domain/wording/sentence.ts';
import { dropDatabase } from '#lib/postgres/backup/restore-database.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { hearAborts, lockAgainstAborts } from '#lib/run/owner/heed-aborts.ts';
import { updateOwnRun } from '#lib/run/owner/journal.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { failureOf } from '#lib/run/owner/step.ts';
import type { RestoreOrder } from './restore-order.ts';
import { startStopped } from './swap-in.ts';

/** The restore failed and the live database is as it was after the change. It can be confirmed and started again. */
export async function waitAgain(run: OpenRun, order: RestoreOrder, failed: { replacement: string; error: unknown }): Promise<void> {
	const notStarted = await startStopped(run);
	if (notStarted) run.journal.tell('restore', { phase: 'notice', data: { severity: 'ERROR', message: notStarted } });
	// A kept replacement is unchanged; a restored one is made again.
	if (order.backup.replacement === null)
		await dropDatabase({ target: run.target, database: failed.replacement }).catch((error: Error) => {
			run.journal.tell('restore', {
				phase: 'notice',
				data: { severity: 'WARNING', message: `${failed.replacement} is left over: ${error.message}` },
			});
		});
	const why = [sentence(failureOf(failed.error).message), notStarted].filter(Boolean).join(' ');
	run.journal.tell('restore', { phase: 'status', data: { status: 'awaiting_restore' } });
	await run.journal.flush();
	await run.store.$transaction(async (tx) => {
		await lockAgainstAborts(tx, run.runId);
		await hearAborts(tx, run.runId);
		await tx.restoreConfirmation.deleteMany({ where: { runId: run.runId } });
		await tx.keepConfirmation.deleteMany({ where: { runId: run.runId } });
		await updateOwnRun(tx, run, { status: 'awaiting_restore', failure: order.failure });
		const actor = { id: null, name: 'system' } as const;
		await appendRecord(tx, { kind: 'restore.ended', actor, subject: run.subject, data: { restored: false, why } });
	});
}
