import type { Failure, RestorePrice } from '#lib/domain/run.ts';
import { sentence } from '#lib/domain/sentence.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { alertAbout } from '#lib/run/ending/end-run.ts';
import { AbortPressed } from '#lib/run/owner/heed-aborts.ts';
import { LostOwnership, updateOwnRun } from '#lib/run/owner/journal.ts';
import { type KeptBackup, readKeptBackup } from '#lib/run/owner/keep-facts.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { failureOf } from '#lib/run/owner/step.ts';
import { priceRestore } from './price-restore.ts';
import { restoreBackup } from './restore-backup.ts';

/**
 * Committed, and a smoke test failed. Maintenance mode stays on. Where the signed plan says automatic the backup goes back now;
 * else the restore is offered at its price, and waits for the operator and the Database Administrator.
 */
export async function offerRestore(run: OpenRun, error: unknown): Promise<void> {
	if (error instanceof LostOwnership) throw error;
	const failure = failureOf(error);
	const backup = await readKeptBackup(run);
	if (!backup) throw new Error('a committed run has no backup', { cause: error });
	const price = await priceOrWhyNot(run, backup);
	// Whoever pressed Abort wants to decide, whatever the plan says.
	if (run.plan.manifest.restore === 'automatic' && !(error instanceof AbortPressed)) {
		await moveTo(run, 'restoring', { failure, price });
		return restoreBackup(run, { backup, failure, confirmedRows: null });
	}
	await moveTo(run, 'awaiting_restore', { failure, price });
	const cost = price ? `a restore would lose ${price.rows} rows in ${price.tables.length} tables` : 'the price of a restore is not known';
	await alertAbout(run, {
		text: `${run.plan.change} on ${run.target.name} is committed, but ${sentence(failure.message)} Maintenance mode stays on; ${cost}.`,
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

async function moveTo(
	run: OpenRun,
	status: 'awaiting_restore' | 'restoring',
	seen: { failure: Failure; price: RestorePrice | null },
): Promise<void> {
	run.journal.tell('restore', { phase: 'status', data: { status } });
	await run.journal.flush();
	await run.store.$transaction(async (tx) => {
		await updateOwnRun(tx, run, { status, failure: seen.failure, ...(seen.price ? { price: seen.price } : {}) });
		await appendRecord(tx, {
			kind: 'restore.offered',
			actor: { id: null, name: 'system' },
			subject: run.subject,
			data: { ...seen, automatic: status === 'restoring' },
		});
	});
}
