import { ROLE_TITLE, type Role, SEATS, type Seat } from '#lib/domain/roles.ts';
import type { Actor } from './actor.ts';

/** True, or the reason why not, as people read it. */
export type Permission = true | string;

type Roles = Pick<Actor, 'roles'>;
type Person = Pick<Actor, 'id' | 'roles'>;
/** Who has signed this revision, in which seat. */
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

/** Who may sign or refuse in a seat: people with its role, except the requester and anybody who signed in another seat. */
export function maySignSeat(actor: Person, change: { seat: Seat; requesterId: string; signers: readonly Signer[] }): Permission {
	const role = holds(actor, change.seat);
	if (role !== true) return role;
	if (actor.id === change.requesterId) return 'You filed this change. You cannot sign your own change.';
	const other = change.signers.find((signer) => signer.personId === actor.id && signer.seat !== change.seat);
	if (other) return `You signed this change as ${ROLE_TITLE[other.seat]}. One person may sign in one seat only.`;
	return true;
}

/** Who may comment on a line of a change, and answer a comment: whoever files, signs or executes changes. */
export function mayComment(actor: Roles): Permission {
	const takesPart = actor.roles.some((role) => role === 'requester' || role === 'operator' || isSeat(role));
	return takesPart || 'Only Requesters, signers and Operators may comment on a change.';
}

/** Who may say that a comment is resolved: who wrote it, the requester of the change, and whoever has the role of a seat. */
export function mayResolveComment(actor: Person, comment: { authorId: string; requesterId: string }): Permission {
	const allowed = mayComment(actor);
	if (allowed !== true) return allowed;
	if (actor.id === comment.authorId || actor.id === comment.requesterId) return true;
	return actor.roles.some(isSeat) || 'Only who wrote a comment, the requester of the change and signers may resolve it.';
}

/** Who may execute: an operator who is not the requester, and not a signer if the target says so. */
export function mayExecute(
	actor: Person,
	change: { requesterId: string; signers: readonly Signer[]; target: { operatorMaySign: boolean } },
): Permission {
	const role = holds(actor, 'operator');
	if (role !== true) return role;
	if (actor.id === change.requesterId) return 'You filed this change. Another person must execute it.';
	if (change.target.operatorMaySign) return true;
	if (change.signers.some((signer) => signer.personId === actor.id))
		return 'You signed this change. On this target another person must execute it.';
	return true;
}

/** Who may abort a run: anybody on the team. An auditor may only read. */
export function mayAbort(actor: Roles): Permission {
	return takesPart(actor);
}

/** Who may decide about a waiting run: run its smoke tests again, or measure the price of a restore. */
export function mayDecideRun(actor: Roles): Permission {
	return (
		actor.roles.some((role) => role === 'operator' || role === 'dba') ||
		'Only Operators and Database Administrators may decide about a run.'
	);
}

/** Who may stand by as an incident responder, and so be named as one: anybody on the team. */
export function mayStandBy(actor: Roles): Permission {
	return takesPart(actor);
}

/** Who may ask for a rehearsal: anybody on the team. */
export function mayRehearse(actor: Roles): Permission {
	return takesPart(actor);
}

/** Who may tick the checklist after a run, and close the change: anybody on the team. */
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
	if (actor.id === run.requesterId) return 'You filed this change. Other people must confirm its restore.';
	if (run.confirmedBy.includes(actor.id)) return 'You have confirmed this restore. A second person must confirm it.';
	return true;
}

/** Who may confirm in a capacity that a change is kept although checks fail: as for a restore. */
export function mayConfirmKeep(
	actor: Person,
	run: { capacity: 'operator' | 'dba'; requesterId: string; confirmedBy: readonly string[] },
): Permission {
	const role = holds(actor, run.capacity);
	if (role !== true) return role;
	if (actor.id === run.requesterId) return 'You filed this change. Others decide whether it is kept.';
	if (run.confirmedBy.includes(actor.id)) return 'You have confirmed this. A second person must confirm it.';
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

/** Who may see what was not delivered, and have it sent again: administrators. */
export function mayReadDeliveries(actor: Roles): Permission {
	return holds(actor, 'administrator');
}

/** Who is told which templates are not offered, and why: administrators, who know who can mend them. */
export function mayReadWrongTemplates(actor: Roles): Permission {
	return holds(actor, 'administrator');
}

function isSeat(role: Role): boolean {
	return SEATS.some((seat) => seat === role);
}

function holds(actor: Roles, role: Role): Permission {
	return actor.roles.includes(role) || `You do not have the role ${ROLE_TITLE[role]}.`;
}

function hasAnyRole(actor: Roles): Permission {
	return actor.roles.length > 0 || 'You have no role in this console. Ask the people who run it.';
}

/** Auditors read everything and change nothing. An auditor with another role may act in that role. */
function takesPart(actor: Roles): Permission {
	return actor.roles.some((role) => role !== 'auditor') || 'Auditors may read everything and change nothing.';
}
