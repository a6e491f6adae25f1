import type { Actor } from '#lib/access/actor.ts';
import { mayRehearse } from '#lib/access/policy.ts';
import { lockChange } from '#lib/change/lock-change.ts';
import { changeName, seatInTurn } from '#lib/domain/change.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { attempt } from '#lib/record/attempt.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

/** Asks for a rehearsal of a change's current revision: while it can still be signed or run, and none of it is under way. */
export function askRehearsal(input: {
	store: Store;
	targets: Targets;
	actor: Actor;
	changeId: string;
	digest: string;
}): Promise<Result<{ rehearsalId: string }>> {
	const { store, targets, actor, changeId, digest } = input;
	return attempt({ ...input, act: 'ask for a rehearsal', about: input }, () =>
		store.$transaction(async (tx) => {
			const allowed = mayRehearse(actor);
			if (allowed !== true) throw new Refusal('forbidden', allowed);
			const change = await lockChange(tx, changeId);
			const name = changeName(change.number);
			findTarget(targets, change.target);
			const revision = await tx.revision.findUniqueOrThrow({
				where: { changeId_number: { changeId, number: change.currentRevision } },
				select: { id: true, number: true, digest: true },
			});
			if (revision.digest !== digest)
				throw new Refusal('conflict', `${name} has been revised since you read it. Rehearse revision ${revision.number}.`);
			if (seatInTurn(change.status) === null && change.status !== 'approved')
				throw new Refusal('conflict', `${name} is ${change.status.replaceAll('_', ' ')}: there is nothing to rehearse any more.`);
			const live = await tx.rehearsal.count({ where: { revisionId: revision.id, endedAt: null } });
			if (live > 0) throw new Refusal('conflict', `A rehearsal of ${name} is under way already.`);
			const { id } = await storeRehearsal(tx, { changeId, revision, target: change.target, askedById: actor.id });
			await appendRecord(tx, {
				kind: 'rehearsal.asked',
				actor: { id: actor.id, name: actor.name },
				subject: { change: name, changeId, revision: revision.number, target: change.target },
				data: { rehearsal: id, digest },
			});
			return { rehearsalId: id };
		}),
	);
}

/** With the filing of a revision, in its transaction, where the target rehearses what is filed. */
export async function rehearseWhenFiled(
	tx: StoreTransaction,
	filed: { changeId: string; number: number; target: { name: string; rehearsal: { starts: 'when_filed' | 'when_asked' } } },
): Promise<void> {
	const { changeId, number, target } = filed;
	if (target.rehearsal.starts !== 'when_filed') return;
	const revision = await tx.revision.findUniqueOrThrow({
		where: { changeId_number: { changeId, number } },
		select: { id: true, digest: true },
	});
	await storeRehearsal(tx, { changeId, revision, target: target.name, askedById: null });
}

function storeRehearsal(
	tx: StoreTransaction,
	{
		changeId,
		revision,
		target,
		askedById,
	}: { changeId: string; revision: { id: string; digest: string }; target: string; askedById: string | null },
): Promise<{ id: string }> {
	return tx.rehearsal.create({
		data: { changeId, revisionId: revision.id, digest: revision.digest, target, askedById },
		select: { id: true },
	});
}
