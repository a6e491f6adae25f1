import type { Actor } from '#lib/access/actor.ts';
import { mayConfirmRestore, mayExecute, mayRevise, maySignSeat, mayStandBy, mayTick } from '#lib/access/policy.ts';
import { type ChangeStatus, STATUS_TITLE, seatInTurn } from '#lib/domain/change.ts';
import { ROLE_TITLE, type Seat } from '#lib/domain/roles.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import type { WaitingRow } from './waiting-rows.ts';

/** The most urgent kind first. */
export const KINDS = ['restore', 'sign', 'execute', 'stand by', 'revise', 'close'] as const;
export type WaitingKind = (typeof KINDS)[number];
/** In which capacity somebody decides what becomes of a committed change. */
export const CAPACITIES = ['operator', 'dba'] as const;

/** One task for one person. `act` is the button's label, `href` its page. */
export type Waiting = {
	kind: WaitingKind;
	number: number;
	title: string;
	target: string;
	/** The task, in a sentence. */
	what: string;
	act: string;
	href: string;
	/** Since when, ISO 8601. */
	since: string;
	/** Whose signatures expired or were voided. */
	expired?: { id: string; currentRevision: number };
};

type Asked = { actor: Actor; targets: Targets };
type Task = Pick<Waiting, 'what' | 'act' | 'href' | 'expired'>;

const TASK: Record<WaitingKind, (row: WaitingRow, asked: Asked) => Task | null> = {
	restore: toDecide,
	sign: toSign,
	execute: toExecute,
	'stand by': toStandBy,
	revise: toRevise,
	close: toClose,
};

/** The task of that kind that the change is for this person; null where it is none. */
export function toWaiting(kind: WaitingKind, row: WaitingRow, asked: Asked): Waiting | null {
	const task = TASK[kind](row, asked);
	const { number, title, target } = row;
	return task && { kind, number, title, target, since: row.updatedAt.toISOString(), ...task };
}

function toSign(row: WaitingRow, { actor }: Asked): Task | null {
	const seat = seatInTurn(row.status as ChangeStatus);
	if (!seat || maySignSeat(actor, { seat, requesterId: row.requesterId, signers: signersOf(row) }) !== true) return null;
	return {
		what: `It is your turn as ${ROLE_TITLE[seat]}: read the change, then sign or refuse.`,
		act: 'Read and sign',
		href: `/changes/${row.number}`,
	};
}

function toExecute(row: WaitingRow, { actor, targets }: Asked): Task | null {
	const target = targets.byName.get(row.target);
	if (!target || mayExecute(actor, { requesterId: row.requesterId, signers: signersOf(row), target }) !== true) return null;
	return { what: 'Approved. An operator may execute it within its window.', act: 'Open', href: `/changes/${row.number}` };
}

function toStandBy(row: WaitingRow, { actor }: Asked): Task | null {
	const isNamed = row.revisions[0]?.responders.some((responder) => responder.personId === actor.id);
	if (!isNamed || mayStandBy(actor) !== true) return null;
	return {
		what: 'You are an incident responder: check in at most 30 minutes before the run.',
		act: 'Check in',
		href: `/changes/${row.number}#responders`,
	};
}

function toDecide(row: WaitingRow, { actor }: Asked): Task | null {
	const [run] = row.runs;
	if (!run) return null;
	const { confirmations, keeps, requesterId } = run;
	const said = [...confirmations, ...keeps];
	if (said.some(({ personId }) => personId === actor.id)) return null;
	const confirmedBy = confirmations.map((confirmation) => confirmation.personId);
	const isOpen = CAPACITIES.filter((role) => actor.roles.includes(role)).some(
		(capacity) =>
			!said.some((word) => word.capacity === capacity) && mayConfirmRestore(actor, { capacity, requesterId, confirmedBy }) === true,
	);
	if (!isOpen) return null;
	return {
		what: decisionWords({ restore: confirmations[0]?.person.name, keep: keeps[0]?.person.name }),
		act: 'Decide',
		href: `/runs/${run.id}`,
	};
}

/** What is to be decided, or what the first of two people has said about it. */
function decisionWords({ restore, keep }: { restore: string | undefined; keep: string | undefined }): string {
	const first = 'Committed, but a check failed afterwards.';
	if (restore) return `${first} ${restore} has confirmed a restore: you must be the second to confirm.`;
	if (keep) return `${first} ${keep} would keep the change: you must be the second to confirm.`;
	return `${first} Decide: run the checks again, restore the backup, or keep the change.`;
}

function toRevise(row: WaitingRow, { actor }: Asked): Task | null {
	if (mayRevise(actor, row) !== true) return null;
	const place = { act: 'Open', href: `/changes/${row.number}` };
	if (row.status === 'rejected') return { what: 'A signer refused it. Revise or withdraw it.', ...place };
	return {
		what: 'A signature expired. Revise it so that it can be signed again, or withdraw it.',
		expired: { id: row.id, currentRevision: row.currentRevision },
		...place,
	};
}

/** Anybody on the team may tick; the requester and the operators are asked to. */
function toClose(row: WaitingRow, { actor }: Asked): Task | null {
	const [run] = row.runs;
	if (!run || mayTick(actor) !== true) return null;
	return {
		what: `The run ended: ${STATUS_TITLE[row.status as ChangeStatus].toLowerCase()}. Its checklist is open; the last answer closes the change.`,
		act: 'Checklist',
		href: `/runs/${run.id}#checklist`,
	};
}

function signersOf({ revisions }: WaitingRow): { seat: Seat; personId: string }[] {
	return (revisions[0]?.signatures ?? []).map(({ seat, signerId }) => ({ seat: seat as Seat, personId: signerId }));
}
