import { lockChange } from '#lib/change/lock-change.ts';
import { changeName } from '#lib/domain/change.ts';
import { ROLES } from '#lib/domain/roles.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import { log } from '#lib/log.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { executeChange } from '#lib/run/orders/execute-change.ts';
import type { Store } from '#lib/store/client.ts';
import type { EnqueueRun } from '#lib/store/queue.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

type Armed = { id: string; changeId: string; digest: string; startsAt: Date; operatorId: string };
type Place = { store: Store; targets: Targets; enqueue: EnqueueRun };

/** Nobody expects a start that comes later than this: the worker was away. */
const AT_MOST_LATE_MS = 10 * 60_000;

/** Starts what is armed and due, as if its operator pressed Execute now. Called by the worker every minute. */
export async function startArmed(place: Place): Promise<void> {
	const due = await place.store.armedStart.findMany({
		where: { endedAt: null, startsAt: { lte: new Date() } },
		select: { id: true, changeId: true, digest: true, startsAt: true, operatorId: true },
		orderBy: { startsAt: 'asc' },
	});
	for (const armed of due) {
		// One that cannot be looked at keeps no other.
		await start(place, armed).catch((error: Error) => log.error({ armedStart: armed.id, error }, 'an armed start could not be begun'));
	}
}

async function start({ store, targets, enqueue }: Place, armed: Armed): Promise<void> {
	if (Date.now() - armed.startsAt.getTime() > AT_MOST_LATE_MS)
		return tellMissed(
			store,
			armed,
			`It could not be started within 10 minutes of ${instantWords(armed.startsAt.toISOString())}: no worker was there, or the server’s log says why. Execute the change by hand, or arm it again.`,
		);
	const operator = await store.person.findUniqueOrThrow({
		where: { id: armed.operatorId },
		select: { id: true, name: true, email: true, active: true, roles: { select: { role: true } } },
	});
	const held = new Set(operator.active ? operator.roles.map(({ role }) => role) : []);
	const { id, name, email } = operator;
	const actor = { id, name, email, roles: ROLES.filter((role) => held.has(role)), sessionId: `armed start ${armed.id}` };
	const { changeId, digest } = armed;
	const started = await executeChange({ store, targets, actor, changeId, digest, enqueue, armedStart: armed.id });
	if (!started.ok) await tellMissed(store, armed, started.refusal.message);
}

/** It did not start, and does not start later by itself. The change stays as it is. */
async function tellMissed(store: Store, { id, changeId, startsAt }: Armed, reason: string): Promise<void> {
	await store.$transaction(async (tx) => {
		const change = await lockChange(tx, changeId);
		const { count } = await tx.armedStart.updateMany({
			where: { id, endedAt: null },
			data: { endedAt: new Date(), endedHow: 'missed', reason },
		});
		if (count === 0) return;
		await appendRecord(tx, {
			kind: 'start.missed',
			actor: { id: null, name: 'system' },
			subject: { change: changeName(change.number), changeId, revision: change.currentRevision, target: change.target },
			data: { startsAt: startsAt.toISOString(), reason },
		});
	});
}
