import type { Actor } from '#lib/access/actor.ts';
import { maySignSeat } from '#lib/access/policy.ts';
import { type LockedChange, lockChange } from '#lib/change/lock-change.ts';
import { contentOf } from '#lib/change/signed-bytes.ts';
import { countOpenComments, mustResolve } from '#lib/comments/must-resolve.ts';
import { afterSignature, awaiting, changeName, STATUS_TITLE, seatInTurn } from '#lib/domain/change.ts';
import type { RecordSubject } from '#lib/domain/record.ts';
import { ROLE_TITLE, type Seat } from '#lib/domain/roles.ts';
import { acceptedNames, type Factor, type RevisionContent, seatsOf, signedRouteOf } from '#lib/domain/statement.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import { Refusal } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { mustPass, readRehearsalStatus } from '#lib/rehearsal/must-pass.ts';
import { flawOfRoute } from '#lib/staging/flaw-of-route.ts';
import type { StoreTransaction } from '#lib/store/client.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { composeStatement, sealStatement } from './compose-statement.ts';
import { readQuorum, signersOf } from './quorum.ts';

/** A decision about a change: the revision that the person saw, and their seat. */
export type Decider = { actor: Actor; changeId: string; digest: string; seat: Seat };
type Turn = {
	change: LockedChange;
	revision: { id: string; number: number; digest: string };
	content: RevisionContent;
	previous: string | null;
	/** Null for a revision that can only be refused. */
	accepted: string[] | null;
};

/**
 * Stores one person's signed decision, sets the change's next status, and records it, all in the caller's transaction.
 * Returns the hash of the statement and the change's new status.
 */
export async function decide(
	tx: StoreTransaction,
	input: Decider & { targets: Targets; factor: Factor } & ({ decision: 'approve' } | { decision: 'refuse'; reason: string }),
): Promise<{ hash: string; approved: boolean; subject: RecordSubject }> {
	const { actor, changeId, digest, seat, factor, decision } = input;
	const reason = input.decision === 'refuse' ? input.reason : null;
	const now = new Date();
	const { change, revision, content, previous, accepted } = await takeTurn(tx, { actor, changeId, digest, seat, now });
	if (accepted === null && decision === 'approve') throw new Refusal('conflict', filedBeforeFindings(changeName(change.number)));
	const target = findTarget(input.targets, change.target);
	if (decision === 'approve') {
		await refuseOpenComments(tx, { change, target });
		await refuseUnrehearsed(tx, { change, revision, target });
		await refuseOtherRoute(tx, { change, content, target, targets: input.targets });
	}
	const statement = composeStatement({
		changeNumber: change.number,
		revision: revision.number,
		digest,
		target,
		seat,
		signer: actor,
		accepted: accepted ?? [],
		route: signedRouteOf(content),
		decision,
		reason,
		previous,
		now,
	});
	const { bytes, hash } = sealStatement(statement);
	const { id: revisionId } = revision;
	const { requesterId } = change;
	const times = { issuedAt: statement.issued, expiresAt: statement.expires };
	const people = { signerId: actor.id, requesterId };
	await tx.signature.create({
		data: {
			changeId,
			revisionId,
			digest,
			seat,
			...people,
			decision,
			reason,
			statement: new Uint8Array(bytes),
			hash,
			previousHash: previous,
			factor,
			...times,
		},
	});
	const status = decision === 'approve' ? afterSignature(seat, seatsOf(content)) : 'rejected';
	const moved = await tx.change.updateMany({
		where: { id: changeId, status: awaiting(seat), currentRevision: revision.number },
		data: { status },
	});
	if (moved.count !== 1) throw new Refusal('conflict', `${changeName(change.number)} changed while you were deciding. Nothing was stored.`);
	const subject = { change: changeName(change.number), changeId, revision: revision.number, target: change.target };
	await appendRecord(tx, {
		kind: decision === 'approve' ? 'change.signed' : 'change.refused',
		actor: { id: actor.id, name: actor.name },
		subject,
		data: { role: ROLE_TITLE[seat], statement, hash, factor, ...(reason === null ? {} : { reason }) },
	});
	return { hash, approved: status === 'approved', subject };
}

/**
 * Checks under the change's lock: it is this seat's turn, this digest is the current one, the person's session and role are
 * still valid, and they have no other part in this change. Throws a Refusal that says which of these fails.
 */
async function takeTurn(tx: StoreTransaction, ask: Decider & { now: Date }): Promise<Turn> {
	const { actor, seat } = ask;
	const change = await lockChange(tx, ask.changeId);
	const name = changeName(change.number);
	const revision = await tx.revision.findUniqueOrThrow({
		where: { changeId_number: { changeId: change.id, number: change.currentRevision } },
		select: { id: true, number: true, digest: true, content: true },
	});
	await refuseGoneSession(tx, actor);
	const held = await tx.personRole.count({ where: { personId: actor.id, role: seat, person: { active: true } } });
	if (held === 0) throw new Refusal('forbidden', `You do not have the role ${ROLE_TITLE[seat]}.`);
	const content = contentOf(revision);
	const order = seatsOf(content);
	const seats = await readQuorum(tx, { revisionId: revision.id, digest: revision.digest, seats: order, now: ask.now });
	const own = seats.find((s) => s.seat === seat)?.signature;
	if (own?.signerId === actor.id)
		throw new Refusal(
			'conflict',
			`You signed this revision as ${ROLE_TITLE[seat]} at ${instantWords(own.issuedAt.toISOString())}. You cannot sign twice.`,
		);
	const allowed = maySignSeat(actor, { seat, requesterId: change.requesterId, signers: signersOf(seats) });
	if (allowed !== true) throw new Refusal('forbidden', allowed);
	if (ask.digest !== revision.digest)
		throw new Refusal(
			'conflict',
			`${name} has been revised since you read it, so the revision you saw is void. Read and sign revision ${revision.number}.`,
		);
	const turn = seatInTurn(change.status);
	if (turn !== seat) {
		throw new Refusal(
			'conflict',
			turn
				? `It is the ${ROLE_TITLE[turn]}'s turn to sign ${name}, not the ${ROLE_TITLE[seat]}'s.`
				: `${name} is not waiting for a signature: ${STATUS_TITLE[change.status].toLowerCase()}.`,
		);
	}
	const before = seats.slice(0, order.indexOf(seat));
	const flaw = before.find((s) => s.missing);
	if (flaw) throw new Refusal('conflict', `${name} cannot be signed: ${flaw.missing}.`);
	return { change, revision, content, previous: before.at(-1)?.signature?.hash ?? null, accepted: acceptedNames(content) };
}

/** Why a revision of version 1 cannot be signed. */
export function filedBeforeFindings(change: string): string {
	return `${change} was filed before findings had to be accepted, so nobody has accepted what it does. The requester files it again as a new revision.`;
}

/** Whoever comments locks the change too: a comment comes before the signature, or after it. */
async function refuseOpenComments(tx: StoreTransaction, { change, target }: { change: LockedChange; target: Target }): Promise<void> {
	const why = mustResolve({ target, open: await countOpenComments(tx, change.id) });
	if (why !== null) throw new Refusal('conflict', `${changeName(change.number)} cannot be signed. ${why}`);
}

/** Where the target asks for it, what is signed has been seen to work. */
async function refuseUnrehearsed(
	tx: StoreTransaction,
	{ change, revision, target }: { change: LockedChange; revision: { id: string }; target: Target },
): Promise<void> {
	const why = mustPass({ target, status: await readRehearsalStatus(tx, revision.id) });
	if (why !== null) throw new Refusal('conflict', `${changeName(change.number)} cannot be signed. ${why}`);
}

/** What the revision says of its way to the target must hold at every signature: the record is asked again. */
async function refuseOtherRoute(
	tx: StoreTransaction,
	{ change, ...about }: { change: LockedChange; content: RevisionContent; target: Target; targets: Targets },
): Promise<void> {
	const flaw = await flawOfRoute({ tx, ...about });
	if (flaw) throw new Refusal('conflict', `${changeName(change.number)} cannot be signed: ${flaw}. Its requester files it again.`);
}

/** A session that was revoked in the meantime cannot sign. The row stays locked until the decision is stored. */
async function refuseGoneSession(tx: StoreTransaction, actor: Actor): Promise<void> {
	const rows = await tx.$queryRaw<{ id: string }[]>`
		select s.id from session s join person p on p.id = s.person_id
		where s.id = ${actor.sessionId}::uuid and s.person_id = ${actor.id}::uuid and s.revoked_at is null and s.expires_at > now() and p.active
		for share of s`;
	if (rows.length === 0) throw new Refusal('not_signed_in', 'Your session has ended. Nothing was signed. Sign in again.');
}
