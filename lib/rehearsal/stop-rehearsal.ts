import type { Actor } from '#lib/access/actor.ts';
import { mayRehearse } from '#lib/access/policy.ts';
import { lockChange } from '#lib/change/lock-change.ts';
import { changeName } from '#lib/domain/change.ts';
import type { RecordSubject } from '#lib/domain/record.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { attempt } from '#lib/record/attempt.ts';
import type { Store } from '#lib/store/client.ts';
import { endRehearsal } from './end-rehearsal.ts';
import { emptyReport } from './open-rehearsal.ts';
import { LostRehearsal, stoppedBy } from './own-rehearsal.ts';

type Stopped = { id: string; fence: number; digest: string; target: string; isQueued: boolean; subject: RecordSubject };

/** Stops the rehearsal of a change that is under way: its worker ends it within seconds; one that waits for a worker ends at once. */
export function stopRehearsal(input: { store: Store; actor: Actor; changeId: string }): Promise<Result<null>> {
	return attempt({ ...input, act: 'stop a rehearsal', about: input }, async () => {
		const stopped = await askToStop(input);
		if (stopped.isQueued) await endQueued(input.store, stopped, input.actor.name);
		return null;
	});
}

function askToStop({ store, actor, changeId }: { store: Store; actor: Actor; changeId: string }): Promise<Stopped> {
	return store.$transaction(async (tx) => {
		const allowed = mayRehearse(actor);
		if (allowed !== true) throw new Refusal('forbidden', allowed);
		const change = await lockChange(tx, changeId);
		const name = changeName(change.number);
		const live = await tx.rehearsal.findFirst({
			where: { changeId, endedAt: null },
			// That of an older revision ends by itself.
			orderBy: { askedAt: 'desc' },
			select: { id: true, fence: true, digest: true, target: true, status: true, revision: { select: { number: true } } },
		});
		const { count } = live
			? await tx.rehearsal.updateMany({ where: { id: live.id, endedAt: null }, data: { stoppedById: actor.id } })
			: { count: 0 };
		if (!live || count === 0) throw new Refusal('conflict', `No rehearsal of ${name} is under way.`);
		const subject = { change: name, changeId, revision: live.revision.number, target: live.target };
		await appendRecord(tx, {
			kind: 'rehearsal.stop_asked',
			actor: { id: actor.id, name: actor.name },
			subject,
			data: { rehearsal: live.id },
		});
		return { ...live, isQueued: live.status === 'queued', subject };
	});
}

/** No worker has it. One that takes it right now sees by itself that it was stopped. */
async function endQueued(store: Store, { id, fence, digest, target, subject }: Stopped, by: string): Promise<void> {
	const ending = { id, fence, subject, report: emptyReport({ digest, target }), failure: { ...stoppedBy(by), part: 'backup' } as const };
	await endRehearsal(store, ending).catch((error: unknown) => {
		if (!(error instanceof LostRehearsal)) throw error;
	});
}
