import type { Actor } from '#lib/access/actor.ts';
import { mayTick } from '#lib/access/policy.ts';
import { type ChecklistItem, type ChecklistState, checklistOf, whyNotSay } from '#lib/domain/checklist.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { attempt } from '#lib/record/attempt.ts';
import type { Store } from '#lib/store/client.ts';
import { closeWhenComplete, lockFinishedRun } from './close-change.ts';
import { measureChecklist } from './measure-checklist.ts';

export type TickInput = {
	store: Store;
	actor: Actor;
	changeId: string;
	item: ChecklistItem;
	state: ChecklistState;
	note: string;
	now: Date;
};

/**
 * Says of one point of the checklist that it passed, failed or does not apply, for the change's last run. Refused against a measurement,
 * and without a note where one is needed. When every point is answered, by a person or by a measurement that passed, the change is closed.
 */
export function tickChecklist(input: TickInput): Promise<Result<{ closed: boolean }>> {
	return attempt({ ...input, act: 'tick the checklist', about: input }, () =>
		input.store.$transaction(async (tx) => {
			const { actor, changeId, item, state, note, now } = input;
			const allowed = mayTick(actor);
			if (allowed !== true) throw new Refusal('forbidden', allowed);
			const { run, outcome, subject, ...finished } = await lockFinishedRun(tx, changeId);
			const point = checklistOf(outcome).find((one) => one.item === item);
			if (!point) throw new Refusal('conflict', 'This point is not on the checklist of this run.');
			if (run.checklist.some((tick) => tick.item === item)) throw new Refusal('conflict', 'Somebody has answered this point already.');
			const measured = await measureChecklist(tx, { runId: run.id, now });
			const what = measured[item] ?? null;
			const whyNot = whyNotSay(point, { state, note }, what);
			if (whyNot) throw new Refusal('invalid', whyNot);
			const evidence = what?.words ?? '';
			await tx.checklistTick.create({
				data: { runId: run.id, item, personId: actor.id, state, note, measured: what?.state ?? null, evidence },
			});
			await appendRecord(tx, {
				kind: 'checklist.ticked',
				actor: { id: actor.id, name: actor.name },
				subject,
				data: { item, title: point.title, state, note, measured: what },
			});
			return closeWhenComplete(tx, { ...finished, run, outcome, subject, actor, measured });
		}),
	);
}
