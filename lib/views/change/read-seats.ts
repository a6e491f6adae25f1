import type { Actor } from '#lib/access/actor.ts';
import { maySignSeat } from '#lib/access/policy.ts';
import { type ChangeStatus, seatInTurn } from '#lib/domain/change.ts';
import { SEATS, type Seat } from '#lib/domain/roles.ts';
import { type SeatState, signersOf } from '#lib/signatures/quorum.ts';
import { REVOCABLE } from '#lib/signatures/revoke-signature.ts';
import type { Store } from '#lib/store/client.ts';

type Ask = {
	store: Store;
	actor: Actor;
	status: ChangeStatus;
	requesterId: string;
	/** Of the current revision. */
	quorum: SeatState[];
	/** Of the current revision, the latest first. */
	refusals: { seat: string; reason: string | null; issuedAt: Date; signer: { name: string } }[];
};

/** The seats: who signed, who refused and why, who may sign there, and why this person may not. */
export async function readSeats({ store, actor, status, requesterId, quorum, refusals }: Ask) {
	const turn = seatInTurn(status);
	// Who may sign is only of interest while somebody may.
	const people = turn === null ? [] : await readSigners(store, requesterId);
	const signers = signersOf(quorum);
	return quorum.map(({ seat, signature, missing }) => {
		const elsewhere = new Set(signers.filter((signer) => signer.seat !== seat).map((signer) => signer.personId));
		const refusal = refusals.find((row) => row.seat === seat);
		const allowed = maySignSeat(actor, { seat, requesterId, signers });
		return {
			seat,
			isTurn: turn === seat,
			signed: signature && {
				name: signature.signerName,
				isYou: signature.signerId === actor.id,
				at: signature.issuedAt.toISOString(),
				until: signature.expiresAt.toISOString(),
				factor: signature.factor,
				hash: signature.hash,
				/** Why it does not count, when it does not. */
				flaw: missing,
			},
			refused: refusal ? { name: refusal.signer.name, at: refusal.issuedAt.toISOString(), reason: refusal.reason ?? '' } : null,
			candidates: people
				.filter((person) => holds(person, seat) && !elsewhere.has(person.id))
				.map(({ id, name }) => ({ name, isYou: id === actor.id })),
			mayRevoke: signature?.signerId === actor.id && REVOCABLE.includes(status),
			whyNot: allowed !== true && isAsked(actor, seat, turn) ? allowed : null,
		};
	});
}

function readSigners(store: Store, requesterId: string) {
	return store.person.findMany({
		where: { active: true, id: { not: requesterId }, roles: { some: { role: { in: [...SEATS] } } } },
		select: { id: true, name: true, roles: { select: { role: true } } },
		orderBy: { name: 'asc' },
	});
}

/** People who may wonder why they cannot sign: those with this seat's role, and earlier signers while it is this seat's turn. */
function isAsked(actor: Actor, seat: Seat, turn: Seat | null): boolean {
	return actor.roles.includes(seat) || (turn === seat && SEATS.some((one) => actor.roles.includes(one)));
}

function holds(person: { roles: { role: string }[] }, seat: Seat): boolean {
	return person.roles.some(({ role }) => role === seat);
}
