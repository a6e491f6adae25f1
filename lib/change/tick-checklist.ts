import type { Actor } from '#lib/access/actor.ts';
import { mayTick } from '#lib/access/policy.ts';
import { CLOSABLE, changeName } from '#lib/domain/change.ts';
import { CHECKLIST, type ChecklistItem } from '#lib/domain/checklist.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { attempt } from '#lib/record/attempt.ts';
import type { Store } from '#lib/store/client.ts';
import { lockChange } from './lock-change.ts';

/** Ticks one item of the post-execution checklist of the change's last run. With the last item the change is closed. */
export function tickChecklist(input: {
	store: Store;
	actor: Actor;
	changeId: string;
	item: ChecklistItem;
	note: string;
}): Promise<Result<{ closed: boolean }>> {
	return attempt({ ...input, act: 'tick the checklist', about: input }, () =>
		input.store.$transaction(async (tx) => {
			const { actor, changeId, item, note } = input;
			const allowed = mayTick(actor);
			if (allowed !== true) throw new Refusal('forbidden', allowed);
			const change = await lockChange(tx, changeId);
			if (!CLOSABLE.includes(change.status))
				throw new Refusal(
					'conflict',
					`${changeName(change.number)} has no finished run to check: it is ${change.status.replaceAll('_', ' ')}.`,
				);
			const run = await tx.run.findFirstOrThrow({
				where: { changeId },
				orderBy: { number: 'desc' },
				include: { checklist: { select: { item: true } } },
			});
			if (run.checklist.some((tick) => tick.item === item)) throw new Refusal('conflict', 'This item is already ticked.');
			await tx.checklistTick.create({ data: { runId: run.id, item, personId: actor.id, note } });
			const subject = {
				change: changeName(change.number),
				changeId,
				revision: change.currentRevision,
				runId: run.id,
				target: change.target,
			};
			const by = { id: actor.id, name: actor.name };
			await appendRecord(tx, { kind: 'checklist.ticked', actor: by, subject, data: { item, note } });
			const closed = run.checklist.length + 1 === CHECKLIST.length;
			if (closed) {
				await tx.change.update({ where: { id: changeId }, data: { status: 'closed' } });
				await appendRecord(tx, { kind: 'change.closed', actor: by, subject, data: { outcome: change.status } });
			}
			return { closed };
		}),
	);
}
