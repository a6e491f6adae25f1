import { ROLE_TITLE, type Role, type Seat } from '#lib/domain/roles.ts';
import type { Actor } from './actor.ts';

/** True, or the reason why not, as people are told it. */
export type Permission = true | string;

type Roles = Pick<Actor, 'roles'>;
type Person = Pick<Actor, 'id' | 'roles'>;
/** Who has signed the revision in question, in which seat. */
export type Signer = { seat: Seat; personId: string };

/** Who may file a change: the role of a requester. */
export function mayFile(actor: Roles): Permission {
	return holds(actor, 'requester');
}

/** Who may revise or withdraw a change: whoever filed it, while they are still a requester. */
export function mayRevise(actor: Person, change: { requesterId: string }): Permission {
	if (actor.id !== change.requesterId) return 'Only the requester of a change may revise or withdraw it.';
	return holds(actor, 'requester');
}

/** Who may sit in a seat: its role, not the requester, and nobody who signed in another seat. Signing and refusing alike. */
export function maySignSeat(actor: Person, change: { seat: Seat; requesterId: string; signers: readonly Signer[] }): Permission {
	const role = holds(actor, change.seat);
	if (role !== true) return role;
	if (actor.id === change.requesterId) return 'You filed this change. Nobody signs their own.';
	const other = change.signers.find((signer) => signer.personId === actor.id && signer.seat !== change.seat);
	if (other) return `You signed this change as ${ROLE_TITLE[other.seat]}. One person takes one seat.`;
	return true;
}

/** Who may press Execute: an operator who is not the requester, and not a signer where the target says so. */
export function mayExecute(
	actor: Person,
	change: { requesterId: string; signers: readonly Signer[]; target: { operatorMaySign: boolean } },
): Permission {
	const role = holds(actor, 'operator');
	if (role !== true) return role;
	if (actor.id === change.requesterId) return 'You filed this change. Somebody else executes it.';
	if (change.target.operatorMaySign) return true;
	if (change.signers.some((signer) => signer.personId === actor.id))
		return 'You signed this change, and this target wants another person to execute it.';
	return true;
}

/** Who may abort a run: anybody of the team. An auditor only watches. */
export function mayAbort(actor: Roles): Permission {
	return takesPart(actor);
}

/** Who may decide about a run that waits: ask its smoke tests again, measure the price of a restore. */
export function mayDecideRun(actor: Roles): Permission {
	return actor.roles.some((role) => role === 'operator' || role === 'dba') || 'Operators and Database Administrators decide about a run.';
}

/** Who may stand by as an incident responder, and so be named as one: anybody of the team. */
export function mayStandBy(actor: Roles): Permission {
	return takesPart(actor);
}

/** Who may tick the checklist after a run, and close the change: anybody of the team. */
export function mayTick(actor: Roles): Permission {
	return takesPart(actor);
}

/** Who may confirm a restore in a capacity: its role, not the requester, and not the person who confirmed in the other. */
export function mayConfirmRestore(
	actor: Person,
	run: { capacity: 'operator' | 'dba'; requesterId: string; confirmedBy: readonly string[] },
): Permission {
	const role = holds(actor, run.capacity);
	if (role !== true) return role;
	if (actor.id === run.requesterId) return 'You filed this change. Its restore is confirmed by others.';
	if (run.confirmedBy.includes(actor.id)) return 'You have confirmed this restore. The second word is somebody else’s.';
	return true;
}

/** Who may read changes and runs: everybody with a role in the console. */
export function mayReadChange(actor: Roles): Permission {
	return hasAnyRole(actor);
}

/** Who may read, verify and export the record: everybody with a role in the console. */
export function mayReadRecord(actor: Roles): Permission {
	return hasAnyRole(actor);
}

/** Who may read the targets: everybody with a role in the console. Nobody changes them here. */
export function mayReadTargets(actor: Roles): Permission {
	return hasAnyRole(actor);
}

function holds(actor: Roles, role: Role): Permission {
	return actor.roles.includes(role) || `You do not hold the role ${ROLE_TITLE[role]}.`;
}

function hasAnyRole(actor: Roles): Permission {
	return actor.roles.length > 0 || 'You hold no role in this console. Ask whoever runs it.';
}

/** Auditors read everything and change nothing; one who holds another role may act by that. */
function takesPart(actor: Roles): Permission {
	return actor.roles.some((role) => role !== 'auditor') || 'Auditors read everything and change nothing.';
}
