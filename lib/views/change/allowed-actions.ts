import type { Actor } from '#lib/access/actor.ts';
import { mayAbort, mayExecute, mayFile, mayRevise, maySignSeat, mayStandBy, type Signer } from '#lib/access/policy.ts';
import { type ChangeStatus, EXECUTABLE, REVISABLE, seatInTurn, WITHDRAWABLE } from '#lib/domain/change.ts';
import type { Target } from '#lib/domain/target/target.ts';

type Situation = {
	status: ChangeStatus;
	closedAs: ChangeStatus | null;
	requesterId: string;
	signers: Signer[];
	target: Target | null;
	productions: string[];
};

/** What this person may do with the change now. The actions check again: this only decides which buttons are shown. */
export function allowedActions(actor: Actor, { status, closedAs, requesterId, signers, target, productions }: Situation) {
	const seat = seatInTurn(status);
	const isRequester = mayRevise(actor, { requesterId }) === true;
	return {
		sign: seat && target && maySignSeat(actor, { seat, requesterId, signers }) === true ? seat : null,
		execute: target !== null && EXECUTABLE.includes(status) && mayExecute(actor, { requesterId, signers, target }) === true,
		revise: isRequester && target !== null && REVISABLE.includes(status),
		withdraw: isRequester && WITHDRAWABLE.includes(status),
		/** Whatever became of this change: the copy is a new one. */
		copy: mayFile(actor) === true,
		/** The targets for which what has succeeded on this one can be filed. */
		fileFor: (closedAs ?? status) === 'succeeded' && mayFile(actor) === true ? productions : [],
		/** When the person is a responder. */
		standBy: mayStandBy(actor) === true,
		/** If its start is armed. */
		disarm: mayAbort(actor) === true,
	};
}
