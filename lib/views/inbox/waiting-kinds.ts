import type { Actor } from '#lib/access/actor.ts';
import { mayConfirmRestore, mayExecute, mayRevise, maySignSeat, mayStandBy, mayTick } from '#lib/access/policy.ts';
import { STANDING_BY_MS } from '#lib/change/stand-by.ts';
import { awaiting, type ChangeStatus, CLOSABLE, STATUS_TITLE, seatInTurn } from '#lib/domain/change.ts';
import { ROLE_TITLE, SEATS, type Seat } from '#lib/domain/roles.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { readVoided } from '#lib/views/change/read-voided.ts';
import { type PageKey, updatedAfter } from '#lib/views/page-key.ts';

/** One task for one person. `act` is the button's label, `href` its page. */
export type Waiting = {
	kind: 'sign' | 'restore' | 'execute' | 'stand by' | 'revise' | 'close';
	number: number;
	title: string;
	target: string;
	/** The task, in a sentence. */
	what: string;
	act: string;
	href: string;
	/** Since when, ISO 8601. */
	since: string;
};

export type Ask = { store: Store; targets: Targets; actor: Actor; now: Date };
/** `after`: continue after this task. Each kind returns one more than a page if there are more. */
export type Part = Ask & { after: PageKey | null };

export const PAGE_SIZE = 30;
/** Before the turn of the last seat it is too early to stand by. */
const STAND_BY_FROM: ChangeStatus[] = ['awaiting_chairman', 'approved'];

const CHANGE = { number: true, title: true, target: true, status: true, requesterId: true, updatedAt: true } as const;
type ChangeRow = { number: number; title: string; target: string; updatedAt: Date };
const OLDEST_FIRST = [{ updatedAt: 'asc' as const }, { number: 'asc' as const }];
const SIGNERS = {
	orderBy: { number: 'desc' },
	take: 1,
	select: {
		signatures: { where: { decision: 'approve', revokedAt: null }, select: { seat: true, signerId: true } },
	},
} as const;

export async function toSign({ store, actor, after }: Part): Promise<Waiting[]> {
	const seats = SEATS.filter((seat) => actor.roles.includes(seat));
	if (seats.length === 0) return [];
	const read = ({ where, take }: Page) =>
		store.change.findMany({
			where: { ...where, status: { in: seats.map(awaiting) }, requesterId: { not: actor.id } },
			select: { ...CHANGE, revisions: SIGNERS },
			orderBy: OLDEST_FIRST,
			take,
		});
	return readOn(after, read, (change) => {
		const seat = seatInTurn(change.status as ChangeStatus);
		const allowed = seat && maySignSeat(actor, { seat, requesterId: change.requesterId, signers: signersOf(change) });
		if (!seat || allowed !== true) return null;
		const href = `/changes/${change.number}`;
		return waiting(change, {
			kind: 'sign',
			what: `It is your turn as ${ROLE_TITLE[seat]}: read the change, then sign or refuse.`,
			act: 'Read and sign',
			href,
		});
	});
}

export async function toExecute({ store, targets, actor, after }: Part): Promise<Waiting[]> {
	if (!actor.roles.includes('operator')) return [];
	const read = ({ where, take }: Page) =>
		store.change.findMany({
			where: { ...where, status: 'approved' },
			select: { ...CHANGE, revisions: SIGNERS },
			orderBy: OLDEST_FIRST,
			take,
		});
	return readOn(after, read, (change) => {
		const target = targets.byName.get(change.target);
		const allowed = target && mayExecute(actor, { requesterId: change.requesterId, signers: signersOf(change), target });
		if (allowed !== true) return null;
		return waiting(change, {
			kind: 'execute',
			what: 'Approved. An operator may execute it within its window.',
			act: 'Open',
			href: `/changes/${change.number}`,
		});
	});
}

export async function toStandBy({ store, actor, now, after }: Part): Promise<Waiting[]> {
	if (mayStandBy(actor) !== true) return [];
	const read = ({ where, take }: Page) =>
		store.change.findMany({
			where: {
				...where,
				status: { in: STAND_BY_FROM },
				revisions: { some: { responders: { some: { personId: actor.id } } } },
				standBys: { none: { personId: actor.id, at: { gte: new Date(now.getTime() - STANDING_BY_MS) } } },
			},
			select: { ...CHANGE, revisions: { orderBy: { number: 'desc' }, take: 1, select: { responders: { select: { personId: true } } } } },
			orderBy: OLDEST_FIRST,
			take,
		});
	return readOn(after, read, (change) => {
		if (!change.revisions[0]?.responders.some((responder) => responder.personId === actor.id)) return null;
		return waiting(change, {
			kind: 'stand by',
			what: 'You are an incident responder: check in at most 30 minutes before the run.',
			act: 'Check in',
			href: `/changes/${change.number}#responders`,
		});
	});
}

export async function restores({ store, actor, after }: Part): Promise<Waiting[]> {
	const capacities = (['operator', 'dba'] as const).filter((role) => actor.roles.includes(role));
	if (capacities.length === 0) return [];
	const read = async ({ where, take }: Page) => {
		const runs = await store.run.findMany({
			where: { status: 'awaiting_restore', change: where },
			select: { id: true, requesterId: true, change: { select: CHANGE }, confirmations: { select: WORD }, keeps: { select: WORD } },
			orderBy: [{ change: { updatedAt: 'asc' } }, { change: { number: 'asc' } }],
			take,
		});
		return runs.map((run) => ({ ...run, ...run.change, runId: run.id }));
	};
	return readOn(after, read, ({ confirmations, keeps, ...run }) => {
		const said = [...confirmations, ...keeps];
		if (said.some(({ personId }) => personId === actor.id)) return null;
		const confirmedBy = confirmations.map((confirmation) => confirmation.personId);
		const open = capacities.some(
			(capacity) =>
				!said.some((word) => word.capacity === capacity) &&
				mayConfirmRestore(actor, { capacity, requesterId: run.requesterId, confirmedBy }) === true,
		);
		if (!open) return null;
		return waiting(run, {
			kind: 'restore',
			what: decisionWords({ restore: confirmations[0]?.person.name, keep: keeps[0]?.person.name }),
			act: 'Decide',
			href: `/runs/${run.runId}`,
		});
	});
}

const WORD = { capacity: true, personId: true, person: { select: { name: true } } } as const;

/** What is to be decided, or what the first of two people has said about it. */
function decisionWords({ restore, keep }: { restore: string | undefined; keep: string | undefined }): string {
	const first = 'Committed, but a check failed afterwards.';
	if (restore) return `${first} ${restore} has confirmed a restore: you must be the second to confirm.`;
	if (keep) return `${first} ${keep} would keep the change: you must be the second to confirm.`;
	return `${first} Decide: run the checks again, restore the backup, or keep the change.`;
}

export async function toRevise({ store, actor, after }: Part): Promise<Waiting[]> {
	const read = async ({ where, take }: Page) => {
		const changes = await store.change.findMany({
			where: { ...where, status: { in: ['rejected', 'expired'] }, requesterId: actor.id },
			select: { ...CHANGE, id: true, currentRevision: true },
			orderBy: OLDEST_FIRST,
			take,
		});
		const voided = await readVoided(
			store,
			changes.filter(({ status }) => status === 'expired'),
		);
		return changes.map((change) => ({ ...change, voided: voided.get(change.id) }));
	};
	return readOn(after, read, (change) => {
		if (mayRevise(actor, change) !== true) return null;
		return waiting(change, {
			kind: 'revise',
			what:
				change.status === 'rejected'
					? 'A signer refused it. Revise or withdraw it.'
					: (change.voided?.reason ?? 'A signature expired. Revise it so that it can be signed again, or withdraw it.'),
			act: 'Open',
			href: `/changes/${change.number}`,
		});
	});
}

/** Anybody on the team may tick; the requester and the operators are asked to. */
export async function toClose({ store, actor, after }: Part): Promise<Waiting[]> {
	if (mayTick(actor) !== true) return [];
	const read = ({ where, take }: Page) =>
		store.change.findMany({
			where: { ...where, status: { in: [...CLOSABLE] }, ...(actor.roles.includes('operator') ? {} : { requesterId: actor.id }) },
			select: { ...CHANGE, runs: { orderBy: { number: 'desc' }, take: 1, select: { id: true } } },
			orderBy: OLDEST_FIRST,
			take,
		});
	return readOn(after, read, (change) => {
		const run = change.runs[0];
		if (!run) return null;
		return waiting(change, {
			kind: 'close',
			what: `The run ended: ${STATUS_TITLE[change.status as ChangeStatus].toLowerCase()}. Its checklist is open; the last answer closes the change.`,
			act: 'Checklist',
			href: `/runs/${run.id}#checklist`,
		});
	});
}

function signersOf(change: { revisions: { signatures: { seat: string; signerId: string }[] }[] }): { seat: Seat; personId: string }[] {
	return (change.revisions[0]?.signatures ?? []).map(({ seat, signerId }) => ({ seat: seat as Seat, personId: signerId }));
}

function waiting(change: ChangeRow, rest: Pick<Waiting, 'kind' | 'what' | 'act' | 'href'>): Waiting {
	const { number, title, target } = change;
	return { number, title, target, since: change.updatedAt.toISOString(), ...rest };
}

type Page = { where: ReturnType<typeof updatedAfter>; take: number };

/** One more than a page of the rows that `toItem` keeps: rows that are not for this person are skipped. */
async function readOn<Row extends { number: number; updatedAt: Date }>(
	after: PageKey | null,
	read: (page: Page) => Promise<Row[]>,
	toItem: (row: Row) => Waiting | null,
): Promise<Waiting[]> {
	const take = PAGE_SIZE + 1;
	const items: Waiting[] = [];
	for (let key = after; ; ) {
		const rows = await read({ where: updatedAfter(key, 'ascending'), take });
		items.push(...rows.flatMap((row) => toItem(row) ?? []));
		const last = rows.at(-1);
		if (!last || rows.length < take || items.length >= take) return items;
		key = { at: last.updatedAt, number: last.number };
	}
}
