import { mayConfirmKeep } from '#lib/access/policy.ts';
import { priceKeep } from '#lib/change/price-keep.ts';
import { keepPriceWords } from '#lib/domain/keep-price.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { hearAborts } from '#lib/run/owner/heed-aborts.ts';
import type { StoreTransaction } from '#lib/store/client.ts';
import { lockWaitingRun } from './confirm-restore.ts';
import { type Confirmation, confirmAsOneOfTwo } from './two-confirmations.ts';

/** `maintenanceOff`: whether maintenance mode goes off when the run has ended. Both say the same. */
export type ConfirmKeepInput = Confirmation & { maintenanceOff: boolean };

/** The operator and the Database Administrator each confirm that the change is kept although checks fail. The second confirmation decides. */
export function confirmKeep(input: ConfirmKeepInput): Promise<Result<{ isKept: boolean }>> {
	return confirmAsOneOfTwo(input, { act: 'keep a change', confirm: (tx) => confirm(tx, input) });
}

async function confirm(tx: StoreTransaction, input: ConfirmKeepInput): Promise<{ isKept: boolean }> {
	const { actor, runId, capacity, maintenanceOff, enqueue } = input;
	const run = await lockWaitingRun(tx, runId);
	const others = await tx.keepConfirmation.findMany({
		where: { runId },
		select: { personId: true, maintenanceOff: true, person: { select: { name: true } } },
	});
	const allowed = mayConfirmKeep(actor, { capacity, requesterId: run.requesterId, confirmedBy: others.map((one) => one.personId) });
	if (allowed !== true) throw new Refusal('forbidden', allowed);
	const price = await priceKeep(tx, runId);
	if (price.digest !== input.price)
		throw new Refusal('conflict', `The failures changed while you were deciding. Now: ${keepPriceWords(price)} Read them again.`);
	const other = others.find((one) => one.maintenanceOff !== maintenanceOff);
	if (other)
		throw new Refusal(
			'conflict',
			`${other.person.name} said that maintenance mode ${other.maintenanceOff ? 'goes off' : 'stays on'}. Both of you must say the same: agree, or run the smoke tests again to start over.`,
		);
	await tx.keepConfirmation.create({ data: { runId, capacity, personId: actor.id, price, maintenanceOff } });
	const isKept = others.length === 1;
	await appendRecord(tx, {
		kind: 'keep.confirmed',
		actor: { id: actor.id, name: actor.name },
		subject: run.subject,
		data: { capacity, price, maintenanceOff, isKept },
	});
	if (!isKept) return { isKept };
	const names = { [capacity]: actor.name, [capacity === 'dba' ? 'operator' : 'dba']: others[0]?.person.name ?? '' };
	const { count } = await tx.run.updateMany({
		where: { id: runId, status: 'awaiting_restore' },
		data: { status: 'running', kept: { price, maintenanceOff, by: names } },
	});
	if (count !== 1) throw new Refusal('conflict', 'The run has changed in the meantime. Reload the page.');
	await tx.restoreConfirmation.deleteMany({ where: { runId } });
	await hearAborts(tx, runId);
	await enqueue(tx, runId);
	return { isKept };
}
