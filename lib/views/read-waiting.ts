import type { Actor } from '#lib/access/actor.ts';
import { mayConfirmRestore, mayExecute, mayRevise, maySignSeat, mayStandBy, mayTick } from '#lib/access/policy.ts';
import { STANDING_BY_MS } from '#lib/change/stand-by.ts';
import { awaiting, type ChangeStatus, CLOSABLE, seatInTurn } from '#lib/domain/change.ts';
import { CHECKLIST } from '#lib/domain/checklist.ts';
import { ROLE_TITLE, SEATS, type Seat } from '#lib/domain/roles.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

/** One thing that waits for one person. `act` is the button's word, `href` where it is done. */
export type Waiting = {
	kind: 'sign' | 'restore' | 'execute' | 'stand by' | 'revise' | 'close';
	number: number;
	title: string;
	target: string;
	/** What is asked, in a sentence. */
	what: string;
	act: string;
	href: string;
	/** Since when, ISO 8601. */
	since: string;
};

type Ask = { store: Store; targets: Targets; actor: Actor; now: Date };

/** Before the last seat has signed it is too early to stand by. */
const STAND_BY_FROM: ChangeStatus[] = ['awaiting_chairman', 'approved'];

/** Everything that waits for this person, the most urgent kind first, the longest waiting first within it. */
export async function readWaiting(ask: Ask): Promise<Waiting[]> {
	const parts = await Promise.all([restores(ask), toSign(ask), toExecute(ask), toStandBy(ask), toRevise(ask), toClose(ask)]);
	return parts.flat();
}

const CHANGE = { number: true, title: true, target: true, status: true, requesterId: true, updatedAt: true } as const;
const SIGNERS = {
	orderBy: { number: 'desc' },
	take: 1,
	select: {
		signatures: { where: { decision: 'approve', revokedAt: null }, select: { seat: true, signerId: true } },
	},
} as const;

async function toSign({ store, actor }: Ask): Promise<Waiting[]> {
	const seats = SEATS.filter((seat) => actor.roles.includes(seat));
	if (seats.length === 0) return [];
	const changes = await store.change.findMany({
		where: { status: { in: seats.map(awaiting) }, requesterId: { not: actor.id } },
		select: { ...CHANGE, revisions: SIGNERS },
		orderBy: { updatedAt: 'asc' },
	});
	return changes.flatMap((change) => {
		const seat = seatInTurn(change.status as ChangeStatus);
		const allowed = seat && maySignSeat(actor, { seat, requesterId: change.requesterId, signers: signersOf(change) });
		if (!seat || allowed !== true) return [];
		const href = `/changes/${change.number}`;
		return waiting(change, {
			kind: 'sign',
			what: `It is your turn as ${ROLE_TITLE[seat]}: read it, then sign or refuse.`,
			act: 'Read and sign',
			href,
		});
	});
}

async function toExecute({ store, targets, actor }: Ask): Promise<Waiting[]> {
	if (!actor.roles.includes('operator')) return [];
	const changes = await store.change.findMany({
		where: { status: 'approved' },
		select: { ...CHANGE, revisions: SIGNERS },
		orderBy: { updatedAt: 'asc' },
	});
	return changes.flatMap((change) => {
		const target = targets.byName.get(change.target);
		const allowed = target && mayExecute(actor, { requesterId: change.requesterId, signers: signersOf(change), target });
		if (allowed !== true) return [];
		return waiting(change, {
			kind: 'execute',
			what: 'Approved by all three. An operator executes it in its window.',
			act: 'Open',
			href: `/changes/${change.number}`,
		});
	});
}

async function toStandBy({ store, actor, now }: Ask): Promise<Waiting[]> {
	if (mayStandBy(actor) !== true) return [];
	const changes = await store.change.findMany({
		where: {
			status: { in: STAND_BY_FROM },
			revisions: { some: { responders: { some: { personId: actor.id } } } },
			standBys: { none: { personId: actor.id, at: { gte: new Date(now.getTime() - STANDING_BY_MS) } } },
		},
		select: { ...CHANGE, revisions: { orderBy: { number: 'desc' }, take: 1, select: { responders: { select: { personId: true } } } } },
		orderBy: { updatedAt: 'asc' },
	});
	return changes
		.filter((change) => change.revisions[0]?.responders.some((responder) => responder.personId === actor.id))
		.flatMap((change) =>
			waiting(change, {
				kind: 'stand by',
				what: 'You are named as incident responder: say that you stand by, at most 30 minutes before the run.',
				act: 'Check in',
				href: `/changes/${change.number}#responders`,
			}),
		);
}

async function restores({ store, actor }: Ask): Promise<Waiting[]> {
	const capacities = (['operator', 'dba'] as const).filter((role) => actor.roles.includes(role));
	if (capacities.length === 0) return [];
	const runs = await store.run.findMany({
		where: { status: 'awaiting_restore' },
		select: { id: true, requesterId: true, change: { select: CHANGE }, confirmations: { select: { capacity: true, personId: true } } },
		orderBy: { claimedAt: 'asc' },
	});
	return runs.flatMap((run) => {
		const confirmedBy = run.confirmations.map((confirmation) => confirmation.personId);
		const open = capacities.some(
			(capacity) =>
				!run.confirmations.some((confirmation) => confirmation.capacity === capacity) &&
				mayConfirmRestore(actor, { capacity, requesterId: run.requesterId, confirmedBy }) === true,
		);
		if (!open) return [];
		return waiting(run.change, {
			kind: 'restore',
			what: 'Committed, and a smoke test did not pass after it. People decide whether the backup goes back.',
			act: 'Decide',
			href: `/runs/${run.id}`,
		});
	});
}

async function toRevise({ store, actor }: Ask): Promise<Waiting[]> {
	const changes = await store.change.findMany({
		where: { status: { in: ['rejected', 'expired'] }, requesterId: actor.id },
		select: CHANGE,
		orderBy: { updatedAt: 'asc' },
	});
	return changes
		.filter((change) => mayRevise(actor, change) === true)
		.flatMap((change) =>
			waiting(change, {
				kind: 'revise',
				what:
					change.status === 'rejected'
						? 'A signer refused it. Revise it, or withdraw it.'
						: 'A signature expired. Revise it to ask all three again, or withdraw it.',
				act: 'Open',
				href: `/changes/${change.number}`,
			}),
		);
}

/** Anybody of the team may tick; it is asked of the one who filed the change and of operators. */
async function toClose({ store, actor }: Ask): Promise<Waiting[]> {
	if (mayTick(actor) !== true) return [];
	const changes = await store.change.findMany({
		where: { status: { in: [...CLOSABLE] }, ...(actor.roles.includes('operator') ? {} : { requesterId: actor.id }) },
		select: { ...CHANGE, runs: { orderBy: { number: 'desc' }, take: 1, select: { id: true, checklist: { select: { item: true } } } } },
		orderBy: { updatedAt: 'asc' },
	});
	return changes.flatMap((change) => {
		const run = change.runs[0];
		if (!run) return [];
		const left = CHECKLIST.length - run.checklist.length;
		return waiting(change, {
			kind: 'close',
			what: `The run has ended. ${left} of ${CHECKLIST.length} points of the checklist are left; with the last one the change is closed.`,
			act: 'Checklist',
			href: `/runs/${run.id}#checklist`,
		});
	});
}

function signersOf(change: { revisions: { signatures: { seat: string; signerId: string }[] }[] }): { seat: Seat; personId: string }[] {
	return (change.revisions[0]?.signatures ?? []).map(({ seat, signerId }) => ({ seat: seat as Seat, personId: signerId }));
}

function waiting(
	change: { number: number; title: string; target: string; updatedAt: Date },
	rest: Pick<Waiting, 'kind' | 'what' | 'act' | 'href'>,
): Waiting[] {
	const { number, title, target } = change;
	return [{ number, title, target, since: change.updatedAt.toISOString(), ...rest }];
}
