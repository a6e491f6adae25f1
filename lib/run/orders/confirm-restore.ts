import { mayConfirmRestore } from '#lib/access/policy.ts';
import { readPrice } from '#lib/domain/restore-price.ts';
import { lossWords } from '#lib/domain/wording/price-words.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { hearAborts } from '#lib/run/owner/heed-aborts.ts';
import { SUBJECT_OF_RUN, subjectOfRun } from '#lib/run/owner/run-subject.ts';
import type { StoreTransaction } from '#lib/store/client.ts';
import { type Confirmation, confirmAsOneOfTwo } from './two-confirmations.ts';

/** The operator and the Database Administrator each confirm the restore at the price they saw. The second confirmation starts it. */
export function confirmRestore(input: Confirmation): Promise<Result<{ starts: boolean }>> {
	return confirmAsOneOfTwo(input, { act: 'confirm a restore', confirm: (tx) => confirm(tx, input) });
}

async function confirm(tx: StoreTransaction, { actor, runId, capacity, price, enqueue }: Confirmation): Promise<{ starts: boolean }> {
	const run = await lockWaitingRun(tx, runId);
	const others = await tx.restoreConfirmation.findMany({ where: { runId }, select: { personId: true } });
	const allowed = mayConfirmRestore(actor, { capacity, requesterId: run.requesterId, confirmedBy: others.map((c) => c.personId) });
	if (allowed !== true) throw new Refusal('forbidden', allowed);
	if (!run.price?.digest) throw new Refusal('conflict', 'The price of the restore has not been measured yet. Measure it first.');
	if (run.price.digest !== price)
		throw new Refusal(
			'conflict',
			`The price has changed while you were deciding: now ${lossWords(run.price)} would be lost. Read it again.`,
		);
	await tx.restoreConfirmation.create({ data: { runId, capacity, personId: actor.id, price: run.price } });
	const confirmations = await tx.restoreConfirmation.count({ where: { runId } });
	const starts = confirmations === 2;
	await appendRecord(tx, {
		kind: 'restore.confirmed',
		actor: { id: actor.id, name: actor.name },
		subject: run.subject,
		data: { capacity, price: run.price, starts },
	});
	if (!starts) return { starts };
	const { count } = await tx.run.updateMany({ where: { id: runId, status: 'awaiting_restore' }, data: { status: 'restoring' } });
	if (count !== 1) throw new Refusal('conflict', 'The run has changed in the meantime. Reload the page.');
	await tx.keepConfirmation.deleteMany({ where: { runId } });
	await hearAborts(tx, runId);
	await enqueue(tx, runId);
	return { starts };
}

/** Locks a run that waits for people, and reads what they decide about. */
export async function lockWaitingRun(tx: StoreTransaction, runId: string) {
	await tx.$queryRaw`select 1 from run where id = ${runId}::uuid for update`;
	const run = await tx.run.findUnique({
		where: { id: runId },
		include: SUBJECT_OF_RUN,
	});
	if (!run) throw new Refusal('not_found', 'This run does not exist.');
	if (run.status !== 'awaiting_restore') throw new Refusal('conflict', 'This run is not waiting for a decision.');
	return { ...run, price: readPrice(run.price), subject: subjectOfRun(run) };
}
