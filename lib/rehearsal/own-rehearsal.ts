import { type ChangeStatus, changeName, STATUS_TITLE, seatInTurn } from '#lib/domain/change.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import { keepLease, LEASE_MS } from '#lib/run/owner/lease.ts';
import type { Prisma, Store, StoreTransaction } from '#lib/store/client.ts';

/** Another worker has this rehearsal now: what is left is its own to see to. */
export class LostRehearsal extends Error {
	constructor(id: string) {
		super(`rehearsal ${id} has another owner now`);
		this.name = 'LostRehearsal';
	}
}

/** A run on the target has right of way, or the worker stops. The rehearsal begins again later. */
export class BeginsAgain extends Error {
	constructor(why: string) {
		super(why);
		this.name = 'BeginsAgain';
	}
}

export const RIGHT_OF_WAY = 'A run on this target has right of way.';

/** A run that is not over, whatever it waits for. */
const LIVE_RUN = ['queued', 'running', 'awaiting_restore', 'restoring'];
/** How often it is looked whether a run has begun. */
const LOOK_EVERY_MS = 1_000;

/**
 * The rehearsal that has waited longest and that no worker has, or whose worker has been silent for a whole lease; none while a run
 * is under way on its target. It belongs to this process from then on. Null when there is none.
 */
export async function takeRehearsal(store: Store): Promise<{ id: string; fence: number; crashes: number } | null> {
	const rows = await store.$queryRaw<{ id: string; fence: number; crashes: number }[]>`
		with free as (
			select r.id, r.owner_seen_at is not null as crashed from rehearsal r
			where r.status in ('queued', 'running')
			  and (r.owner_seen_at is null or r.owner_seen_at < clock_timestamp() - ${LEASE_MS} * interval '1 ms')
			  and not exists (select from run where run.target = r.target and run.status = any (${LIVE_RUN}))
			order by r.asked_at limit 1 for update skip locked)
		update rehearsal set fence = fence + 1, crashes = crashes + crashed::int, owner_seen_at = clock_timestamp(), status = 'running', started_at = clock_timestamp(), part = null, parts = '[]', backup = null
		from free where rehearsal.id = free.id
		returning rehearsal.id, rehearsal.fence, rehearsal.crashes`;
	return rows[0] ?? null;
}

type Own = { store: Store; id: string; fence: number };

/** Sends the heartbeat until `stop`, and aborts when another worker has the rehearsal. */
export function keepRehearsal({ store, id, fence, abort }: Own & { abort: (why: Error) => void }) {
	return keepLease({
		beat: () => store.$executeRaw`update rehearsal set owner_seen_at = clock_timestamp() where id = ${id}::uuid and fence = ${fence}`,
		onLost: () => abort(new LostRehearsal(id)),
	});
}

/** Aborts as soon as a run begins on the target. Returns what stops looking. */
export function giveWayToRuns({
	store,
	target,
	abort,
}: {
	store: Store;
	target: { name: string };
	abort: (why: Error) => void;
}): () => void {
	const look = async () => {
		if (await hasLiveRun(store, target.name)) abort(new BeginsAgain(RIGHT_OF_WAY));
	};
	// The run does not wait for this: it ends our sessions itself.
	const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS);
	return () => clearInterval(timer);
}

export async function hasLiveRun(store: Store, target: string): Promise<boolean> {
	return (await store.run.count({ where: { target, status: { in: LIVE_RUN } } })) > 0;
}

/**
 * Aborts as soon as somebody has asked this rehearsal to stop, before it was taken too, or as nobody can sign or run its revision any
 * more. Returns what stops looking.
 */
export function heedStop({ store, id, abort }: { store: Store; id: string; abort: (why: Error) => void }): () => void {
	const look = async () => {
		const row = await store.rehearsal.findUnique({
			where: { id },
			select: {
				stoppedBy: { select: { name: true } },
				revision: { select: { number: true, change: { select: { number: true, status: true, currentRevision: true } } } },
			},
		});
		if (row?.stoppedBy) abort(new StepFailed(stoppedBy(row.stoppedBy.name)));
		const why = row && whyVoid(row.revision);
		if (why) abort(new StepFailed({ code: 'rehearsal_void', message: why, instead: 'The copies were removed. There is nothing to do.' }));
	};
	void look().catch(() => undefined);
	// A look that failed is made again; that the console's database is away ends the rehearsal by its lease.
	const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS);
	return () => clearInterval(timer);
}

type Rehearsed = { number: number; change: { number: number; status: string; currentRevision: number } };

/** A run of the change itself has right of way; what becomes of the change is seen after it. */
function whyVoid({ number, change }: Rehearsed): string | null {
	const name = changeName(change.number);
	if (change.currentRevision !== number)
		return `Revision ${change.currentRevision} of ${name} was filed: revision ${number} is void, and with it this rehearsal.`;
	const status = change.status as ChangeStatus;
	if (seatInTurn(status) !== null || status === 'approved' || status === 'running') return null;
	return `${name} is ${STATUS_TITLE[status].toLowerCase()}: there is nothing to rehearse any more.`;
}

export function stoppedBy(name: string): StepFailed['failure'] {
	return {
		code: 'rehearsal_stopped',
		message: `${name} stopped this rehearsal.`,
		instead: 'The copies were removed. Ask for another one when it may run.',
	};
}

/** Changes the rehearsal's row if it is still ours; else throws LostRehearsal. */
export async function updateOwnRehearsal(
	tx: Store | StoreTransaction,
	{ id, fence }: { id: string; fence: number },
	data: Prisma.RehearsalUncheckedUpdateManyInput,
): Promise<void> {
	const { count } = await tx.rehearsal.updateMany({ where: { id, fence, endedAt: null }, data });
	if (count !== 1) throw new LostRehearsal(id);
}
