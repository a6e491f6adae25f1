import { SEATS, type Seat } from './roles.ts';

export const CHANGE_STATUSES = [
	'awaiting_dba',
	'awaiting_security_officer',
	'awaiting_chairman',
	'approved',
	'running',
	'succeeded',
	'kept',
	'rolled_back',
	'restored',
	'unknown',
	'rejected',
	'withdrawn',
	'expired',
	'closed',
] as const;
export type ChangeStatus = (typeof CHANGE_STATUSES)[number];

/** Who signs while the change has this status; null when nobody does. */
export function seatInTurn(status: ChangeStatus): Seat | null {
	return SEATS.find((seat) => status === `awaiting_${seat}`) ?? null;
}

/** The status of a revision that has just been filed: its first seat is to sign. */
export function firstStatus(seats: readonly Seat[]): ChangeStatus {
	return awaiting(seats[0] ?? SEATS[0]);
}

/** The status before this seat signs. */
export function awaiting(seat: Seat): ChangeStatus {
	return `awaiting_${seat}`;
}

/** The status after this seat has signed, where these seats must sign, in this order. */
export function afterSignature(seat: Seat, seats: readonly Seat[]): ChangeStatus {
	const next = seats[seats.indexOf(seat) + 1];
	return next ? awaiting(next) : 'approved';
}

/** A run may start from these: a rolled-back change left nothing behind, and a second attempt is a second run. */
export const EXECUTABLE: readonly ChangeStatus[] = ['approved', 'rolled_back'];
/** A new revision may be filed from these; it voids every signature. */
export const REVISABLE: readonly ChangeStatus[] = [
	'awaiting_dba',
	'awaiting_security_officer',
	'awaiting_chairman',
	'approved',
	'rejected',
	'expired',
	'rolled_back',
];
/** The requester may withdraw from these. */
export const WITHDRAWABLE: readonly ChangeStatus[] = [...REVISABLE];
/** Open, and signed or to be signed for one database: void when another takes its place. */
export const VOIDABLE: readonly ChangeStatus[] = [
	'awaiting_dba',
	'awaiting_security_officer',
	'awaiting_chairman',
	'approved',
	'rolled_back',
];
/** A finished run has opened the post-execution checklist. */
export const CLOSABLE: readonly ChangeStatus[] = ['succeeded', 'kept', 'rolled_back', 'restored'];

export const RISKS = ['low', 'medium', 'high'] as const;
export type Risk = (typeof RISKS)[number];

export const STATUS_TITLE: Record<ChangeStatus, string> = {
	awaiting_dba: 'Waiting for the Database Administrator',
	awaiting_security_officer: 'Waiting for the Security Officer',
	awaiting_chairman: 'Waiting for the Chairman',
	approved: 'Approved',
	running: 'Running',
	succeeded: 'Succeeded',
	kept: 'Kept with failed checks',
	rolled_back: 'Rolled back',
	restored: 'Restored',
	unknown: 'Unknown',
	rejected: 'Rejected',
	withdrawn: 'Withdrawn',
	expired: 'Expired',
	closed: 'Closed',
};

/** The name of a change: CHG-1042. */
export function changeName(number: number): string {
	return `CHG-${number}`;
}
