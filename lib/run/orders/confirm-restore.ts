import type { Actor } from '#lib/access/actor.ts';
import { confirmPassword } from '#lib/access/confirm-password.ts';
import { mayConfirmRestore } from '#lib/access/policy.ts';
import { ROLE_TITLE } from '#lib/domain/roles.ts';
import type { RestorePrice } from '#lib/domain/run.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { attempt } from '#lib/record/attempt.ts';
import { hearAborts } from '#lib/run/owner/heed-aborts.ts';
import { SUBJECT_OF_RUN, subjectOfRun } from '#lib/run/owner/run-subject.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';
import { isUniqueViolation } from '#lib/store/is-unique-violation.ts';
import type { EnqueueRun } from '#lib/store/queue.ts';

export type ConfirmInput = {
	store: Store;
	actor: Actor;
	runId: string;
	/** As whom: the restore needs both, two people. */
	capacity: 'operator' | 'dba';
	/** The price that the person saw, in rows: another price is another decision. */
	rows: number;
	password: string;
	address: string;
	enqueue: EnqueueRun;
};

/** The operator and the Database Administrator each confirm the restore at the price they saw. With the second word it starts. */
export function confirmRestore(input: ConfirmInput): Promise<Result<{ starts: boolean }>> {
	return attempt({ ...input, act: `confirm a restore as ${ROLE_TITLE[input.capacity]}`, about: input }, async () => {
		await confirmPassword(input);
		try {
			return await input.store.$transaction((tx) => confirm(tx, input));
		} catch (error) {
			if (isUniqueViolation(error))
				throw new Refusal(
					'conflict',
					'This confirmation is already there, or you have confirmed in the other capacity: it takes two people.',
				);
			throw error;
		}
	});
}

async function confirm(tx: StoreTransaction, { actor, runId, capacity, rows, enqueue }: ConfirmInput): Promise<{ starts: boolean }> {
	const run = await lockWaitingRun(tx, runId);
	const others = await tx.restoreConfirmation.findMany({ where: { runId }, select: { personId: true } });
	const allowed = mayConfirmRestore(actor, { capacity, requesterId: run.requesterId, confirmedBy: others.map((c) => c.personId) });
	if (allowed !== true) throw new Refusal('forbidden', allowed);
	if (!run.price) throw new Refusal('conflict', 'The price of the restore is not known yet. Measure it first.');
	if (run.price.rows !== rows)
		throw new Refusal('conflict', `The price has changed to ${run.price.rows} rows while you were deciding. Read it again.`);
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
	if (count !== 1) throw new Refusal('conflict', 'The run moved on at the same moment.');
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
	if (!run) throw new Refusal('not_found', 'There is no such run.');
	if (run.status !== 'awaiting_restore') throw new Refusal('conflict', 'This run is not waiting for a decision.');
	return { ...run, price: run.price as RestorePrice | null, subject: subjectOfRun(run) };
}
