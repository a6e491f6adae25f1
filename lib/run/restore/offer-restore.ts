import type { FailureCode } from '#lib/domain/failure.ts';
import type { Failure, RestorePrice } from '#lib/domain/run.ts';
import { sentence } from '#lib/domain/sentence.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { alertAbout } from '#lib/run/ending/end-run.ts';
import { hearAborts, lockAgainstAborts } from '#lib/run/owner/heed-aborts.ts';
import { updateOwnRun } from '#lib/run/owner/journal.ts';
import { type KeptBackup, readKeptBackup } from '#lib/run/owner/keep-facts.ts';
import { letGoOn } from '#lib/run/owner/let-go.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { failureOf } from '#lib/run/owner/step.ts';
import { priceRestore } from './price-restore.ts';
import { restoreBackup } from './restore-backup.ts';

/** A check that was put and answered, and the answer is wrong. Nothing else shows that the change is bad. */
const FAILED_CHECK: readonly FailureCode[] = ['smoke_test_failed', 'health_check_failed'];

/**
 * Committed, and not seen to be good. Maintenance mode stays on. Where the signed plan says automatic and a check has failed, the backup
 * goes back now. An abort, a line that was lost, a threshold or an error of ours is no such answer: then, as where the plan does not say
 * so, the restore is offered at its price, and waits for the operator and the Database Administrator.
 */
export async function offerRestore(run: OpenRun, error: unknown): Promise<void> {
	letGoOn(error);
	const failure = failureOf(error);
	const backup = await readKeptBackup(run);
	if (!backup) throw new Error('a committed run has no backup', { cause: error });
	const price = await priceOrWhyNot(run, backup);
	const automatic = run.plan.manifest.restore === 'automatic';
	const status = await moveOn(run, { failure, price, mayRestore: automatic && FAILED_CHECK.includes(failure.code) });
	if (status === 'restoring') return restoreBackup(run, { backup, failure, confirmedRows: null });
	const cost = price ? `a restore would lose ${price.rows} rows in ${price.tables.length} tables` : 'the price of a restore is not known';
	const why = automatic ? ' The plan has the backup put back by itself when a check fails; here people decide.' : '';
	await alertAbout(run, {
		text: `${run.plan.change} on ${run.target.name} is committed, but ${sentence(failure.message)} Maintenance mode stays on; ${cost}.${why}`,
		severity: 'critical',
		outcome: 'awaiting_restore',
	});
}

async function priceOrWhyNot(run: OpenRun, backup: KeptBackup): Promise<RestorePrice | null> {
	return priceRestore(run, backup).catch((error: Error) => {
		run.journal.tell('restore', {
			phase: 'notice',
			data: { severity: 'WARNING', message: `the price could not be measured: ${error.message}` },
		});
		return null;
	});
}

type Seen = { failure: Failure; price: RestorePrice | null; mayRestore: boolean };

/** Whoever has pressed Abort meanwhile wants to decide, whatever the plan says. */
async function moveOn(run: OpenRun, { failure, price, mayRestore }: Seen): Promise<'awaiting_restore' | 'restoring'> {
	await run.journal.flush();
	const status = await run.store.$transaction(async (tx) => {
		const pressed = await lockAgainstAborts(tx, run.runId);
		const moved = mayRestore && !pressed ? 'restoring' : 'awaiting_restore';
		await hearAborts(tx, run.runId);
		await updateOwnRun(tx, run, { status: moved, failure, ...(price ? { price } : {}) });
		await appendRecord(tx, {
			kind: 'restore.offered',
			actor: { id: null, name: 'system' },
			subject: run.subject,
			data: { failure, price, automatic: moved === 'restoring' },
		});
		return moved;
	});
	run.journal.tell('restore', { phase: 'status', data: { status } });
	return status;
}
