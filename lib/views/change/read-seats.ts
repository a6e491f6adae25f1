import type { Actor } from '#lib/access/actor.ts';
import { maySignSeat } from '#lib/access/policy.ts';
import { type ChangeStatus, seatInTurn } from '#lib/domain/change.ts';
import { SEATS, type Seat } from '#lib/domain/roles.ts';
import { readQuorum, signersOf } from '#lib/signatures/quorum.ts';
import { REVOCABLE } from '#lib/signatures/revoke-signature.ts';
import type { Store } from '#lib/store/client.ts';

type Ask = {
	store: Store;
	actor: Actor;
	status: ChangeStatus;
	requesterId: string;
	changeId: string;
	revisionId: string;
	digest: string;
	seats: readonly Seat[];
	now: Date;
};

/** The seats: who signed, who refused and why, who may sign there, and why this person may not. */
export async function readSeats(ask: Ask) {
	const { store, actor, status, requesterId, revisionId } = ask;
	const [quorum, refusals, people] = await Promise.all([
		readQuorum(store, ask),
		store.signature.findMany({
			where: { revisionId, decision: 'refuse' },
			select: { seat: true, reason: true, issuedAt: true, signer: { select: { name: true } } },
			orderBy: { issuedAt: 'desc' },
		}),
		store.person.findMany({
			where: { active: true, id: { not: requesterId }, roles: { some: { role: { in: [...SEATS] } } } },
			select: { id: true, name: true, roles: { select: { role: true } } },
			orderBy: { name: 'asc' },
		}),
	]);
	const signers = signersOf(quorum);
	const turn = seatInTurn(status);
	const seats = quorum.map(({ seat, signature, missing }) => {
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
	return { seats, quorum };
}

/** People who may wonder why they cannot sign: those with this seat's role, and earlier signers while it is this seat's turn. */
function isAsked(actor: Actor, seat: Seat, turn: Seat | null): boolean {
	return actor.roles.includes(seat) || (turn === seat && SEATS.some((one) => actor.roles.includes(one)));
}

function holds(person: { roles: { role: string }[] }, seat: Seat): boolean {
	return person.roles.some(({ role }) => role === seat);
}
