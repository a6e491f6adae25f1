import { lockChange } from '#lib/change/lock-change.ts';
import { STANDING_BY_MS } from '#lib/change/stand-by.ts';
import { changeName } from '#lib/domain/change.ts';
import { type Window, windowAt } from '#lib/domain/target/window.ts';
import { readResponders } from '#lib/gates/hard-stops.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

/** One time at which the change may start. `opens` is null when the window is open already; `until` tells it from every other. */
type Opening = { armed: boolean; opens: Date | null; until: Date };

/**
 * Asks the responders of approved changes to stand by, within the time that a check-in counts: once before an armed start; of a change that
 * is not armed, once for each time that the window is open or about to open. Called every minute.
 */
export async function askResponders({ store, targets, now }: { store: Store; targets: Targets; now: Date }): Promise<void> {
	const approved = await store.change.findMany({ where: { status: 'approved' }, select: { id: true, target: true } });
	const armed = await store.armedStart.findMany({ where: { endedAt: null }, select: { changeId: true, startsAt: true } });
	for (const { id, target } of approved) {
		const start = armed.find(({ changeId }) => changeId === id);
		const window = targets.byName.get(target)?.window;
		const opening = start ? startAt(start.startsAt, now) : window && openingAt(window, now);
		if (opening) await store.$transaction((tx) => ask(tx, { changeId: id, opening, now }));
	}
}

function startAt(startsAt: Date, now: Date): Opening | null {
	if (startsAt.getTime() - now.getTime() > STANDING_BY_MS) return null;
	return { armed: true, opens: startsAt, until: startsAt };
}

function openingAt(window: Window, now: Date): Opening | null {
	const state = windowAt(window, now);
	if (state.open) return { armed: false, opens: null, until: state.closesAt };
	if (!state.opensAt || state.opensAt.getTime() - now.getTime() > STANDING_BY_MS) return null;
	const then = windowAt(window, state.opensAt);
	return then.open ? { armed: false, opens: state.opensAt, until: then.closesAt } : null;
}

async function ask(tx: StoreTransaction, { changeId, opening, now }: { changeId: string; opening: Opening; now: Date }): Promise<void> {
	const change = await lockChange(tx, changeId);
	if (change.status !== 'approved') return;
	const until = opening.until.toISOString();
	const asked = await tx.$queryRaw<unknown[]>`
		select 1 from record_entry where change_id = ${changeId}::uuid and kind = 'responders.asked'
		and convert_from(body, 'UTF8')::jsonb->'data'->>'until' = ${until}
		and convert_from(body, 'UTF8')::jsonb->'subject'->>'revision' = ${String(change.currentRevision)}`;
	if (asked.length > 0) return;
	const { id: revisionId } = await tx.revision.findUniqueOrThrow({
		where: { changeId_number: { changeId, number: change.currentRevision } },
		select: { id: true },
	});
	const absent = (await readResponders(tx, { changeId, revisionId, now })).filter(({ standingBySince }) => standingBySince === null);
	if (absent.length === 0) return;
	await appendRecord(tx, {
		kind: 'responders.asked',
		actor: { id: null, name: 'system' },
		subject: { change: changeName(change.number), changeId, revision: change.currentRevision, target: change.target },
		data: {
			asked: absent.map(({ name }) => name),
			askedIds: absent.map(({ personId }) => personId),
			opens: opening.opens?.toISOString() ?? null,
			until,
			armed: opening.armed,
		},
	});
}
