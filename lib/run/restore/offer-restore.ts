import type { FailureCode } from '#lib/domain/failure.ts';
import type { RestorePrice } from '#lib/domain/restore-price.ts';
import type { Failure } from '#lib/domain/run.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { hearAborts, lockAgainstAborts } from '#lib/run/owner/heed-aborts.ts';
import { updateOwnRun } from '#lib/run/owner/journal.ts';
import { readKeptBackup } from '#lib/run/owner/keep-facts.ts';
import { letGoOn } from '#lib/run/owner/let-go.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { failureOf } from '#lib/run/owner/step.ts';
import type { StoreTransaction } from '#lib/store/client.ts';
import { priceRestore } from './price-restore.ts';
import { restoreBackup } from './restore-backup.ts';
import { readStays } from './what-stays.ts';

/** A check that ran and gave a wrong answer. Nothing else proves that the change is bad. */
const FAILED_CHECK: readonly FailureCode[] = ['smoke_test_failed', 'health_check_failed'];

/** People are told of the decision by then; where that does not do to count every row, they have the price measured themselves. */
const TOLD_WITHIN_MS = 60_000;

/**
 * Committed, but not proved good. Maintenance mode stays on. If the signed plan says automatic and a check has failed, the backup
 * is restored now. An abort, a lost connection, a threshold or an error of ours is not a failed check: then, as without an automatic
 * plan, the restore is offered at its price, and waits for the operator and the Database Administrator.
 */
export async function offerRestore(run: OpenRun, error: unknown): Promise<void> {
	letGoOn(error);
	const failure = failureOf(error);
	const backup = await readKeptBackup(run);
	if (!backup) throw new Error('a committed run has no backup', { cause: error });
	run.aborts.renew();
	const stays = await readStays(run);
	if (stays) run.journal.tell('restore', { phase: 'notice', data: { severity: 'WARNING', message: stays } });
	const automatic = run.plan.manifest.restore === 'automatic';
	const price = await priceRestore(run, { backup, signal: run.signal, ...(automatic ? {} : { withinMs: TOLD_WITHIN_MS }) });
	letGoOn(run.signal.reason);
	const status = await moveOn(run, { failure, price, mayRestore: automatic && price.known && FAILED_CHECK.includes(failure.code) });
	if (status === 'restoring') return restoreBackup(run, { backup, failure, confirmed: null });
}

/** People decide anew: what was said about keeping the change was said about other failures. */
async function forgetKept(tx: StoreTransaction, runId: string): Promise<void> {
	await tx.$executeRaw`update run set kept = null where id = ${runId}::uuid and kept is not null`;
	await tx.keepConfirmation.deleteMany({ where: { runId } });
}

type Seen = { failure: Failure; price: RestorePrice; mayRestore: boolean };

/** A person who has aborted in the meantime wants to decide, whatever the plan says. */
async function moveOn(run: OpenRun, { failure, price, mayRestore }: Seen): Promise<'awaiting_restore' | 'restoring'> {
	await run.journal.flush();
	const status = await run.store.$transaction(async (tx) => {
		const pressed = await lockAgainstAborts(tx, run.runId);
		const moved = mayRestore && !pressed ? 'restoring' : 'awaiting_restore';
		await hearAborts(tx, run.runId);
		await updateOwnRun(tx, run, { status: moved, failure, price });
		await forgetKept(tx, run.runId);
		await appendRecord(tx, {
			kind: 'restore.offered',
			actor: { id: null, name: 'system' },
			subject: run.subject,
			data: { failure, price, automatic: moved === 'restoring', plan: run.plan.manifest.restore },
		});
		return moved;
	});
	run.journal.tell('restore', { phase: 'status', data: { status } });
	return status;
}
