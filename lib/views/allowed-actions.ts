import type { Actor } from '#lib/access/actor.ts';
import { mayExecute, mayRevise, maySignSeat, mayStandBy, type Signer } from '#lib/access/policy.ts';
import { type ChangeStatus, EXECUTABLE, REVISABLE, seatInTurn, WITHDRAWABLE } from '#lib/domain/change.ts';
import type { Target } from '#lib/domain/target.ts';

type Situation = { status: ChangeStatus; requesterId: string; signers: Signer[]; target: Target | null };

/** What this person may do with the change now. The verbs ask again: this only decides which buttons are shown. */
export function allowedActions(actor: Actor, { status, requesterId, signers, target }: Situation) {
	const seat = seatInTurn(status);
	const isRequester = mayRevise(actor, { requesterId }) === true;
	return {
		sign: seat && target && maySignSeat(actor, { seat, requesterId, signers }) === true ? seat : null,
		execute: target !== null && EXECUTABLE.includes(status) && mayExecute(actor, { requesterId, signers, target }) === true,
		revise: isRequester && target !== null && REVISABLE.includes(status),
		withdraw: isRequester && WITHDRAWABLE.includes(status),
		/** When they are named. */
		standBy: mayStandBy(actor) === true,
	};
}
