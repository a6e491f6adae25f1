import type { Actor } from '#lib/access/actor.ts';
import { mayTick } from '#lib/access/policy.ts';
import { CLOSABLE, changeName } from '#lib/domain/change.ts';
import { type ChecklistItem, type ClosableOutcome, checklistOf, type Measured } from '#lib/domain/checklist.ts';
import type { RecordSubject } from '#lib/domain/record.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { attempt } from '#lib/record/attempt.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';
import { endDraftsOf } from './drafts/end-draft.ts';
import { lockChange } from './lock-change.ts';
import { measureChecklist } from './measure-checklist.ts';

/** Closes a change whose checklist a measurement has completed since the last point was answered by hand. */
export function closeChange(input: { store: Store; actor: Actor; changeId: string; now: Date }): Promise<Result<{ closed: boolean }>> {
	return attempt({ ...input, act: 'close a change', about: input }, () =>
		input.store.$transaction(async (tx) => {
			const { actor, changeId, now } = input;
			const allowed = mayTick(actor);
			if (allowed !== true) throw new Refusal('forbidden', allowed);
			const finished = await lockFinishedRun(tx, changeId);
			const measured = await measureChecklist(tx, { runId: finished.run.id, now });
			const { closed } = await closeWhenComplete(tx, { ...finished, actor, measured });
			if (!closed) throw new Refusal('conflict', 'A point of the checklist is still open. Answer it first.');
			return { closed };
		}),
	);
}

/** Locks a change whose last run has ended, and reads what its checklist is about. */
export async function lockFinishedRun(tx: StoreTransaction, changeId: string) {
	const change = await lockChange(tx, changeId);
	if (!CLOSABLE.includes(change.status))
		throw new Refusal(
			'conflict',
			`${changeName(change.number)} has no finished run to check: it is ${change.status.replaceAll('_', ' ')}.`,
		);
	const run = await tx.run.findFirstOrThrow({
		where: { changeId },
		orderBy: { number: 'desc' },
		select: { id: true, checklist: { select: { item: true } } },
	});
	const { number, target, currentRevision: revision } = change;
	const subject: RecordSubject = { change: changeName(number), changeId, revision, runId: run.id, target };
	return { changeId, run, outcome: change.status as ClosableOutcome, subject };
}

type Completing = Awaited<ReturnType<typeof lockFinishedRun>> & { actor: Actor; measured: Partial<Record<ChecklistItem, Measured>> };

/** Every point is answered: what measurements say is kept with the rest, and the change is closed as what it was. */
export async function closeWhenComplete(
	tx: StoreTransaction,
	{ changeId, run, outcome, subject, actor, measured }: Completing,
): Promise<{ closed: boolean }> {
	const ticked = await tx.checklistTick.findMany({
		where: { runId: run.id },
		select: { item: true, state: true, note: true, measured: true, evidence: true },
	});
	const open = checklistOf(outcome).filter(({ item }) => !ticked.some((tick) => tick.item === item));
	if (open.some(({ item }) => measured[item]?.state !== 'passed')) return { closed: false };
	const byMeasurement = open.map(({ item }) => ({
		item,
		state: 'passed',
		note: '',
		measured: 'passed',
		evidence: measured[item]?.words ?? '',
	}));
	await tx.checklistTick.createMany({ data: byMeasurement.map((tick) => ({ runId: run.id, ...tick })) });
	await tx.change.update({ where: { id: changeId }, data: { status: 'closed', closedAs: outcome } });
	await endDraftsOf(tx, changeId);
	await appendRecord(tx, {
		kind: 'change.closed',
		actor: { id: actor.id, name: actor.name },
		subject,
		data: { outcome, checklist: [...ticked, ...byMeasurement] },
	});
	return { closed: true };
}
