import type { Actor } from '#lib/access/actor.ts';
import { maySignSeat } from '#lib/access/policy.ts';
import { type ChangeStatus, changeName, STATUS_TITLE, seatInTurn } from '#lib/domain/change.ts';
import { ROLE_TITLE, SEATS, type Seat } from '#lib/domain/roles.ts';
import { describeWindow } from '#lib/domain/window.ts';
import { composeStatement } from '#lib/signatures/compose-statement.ts';
import { readQuorum, signersOf } from '#lib/signatures/quorum.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { readPlan } from './read-plan.ts';

type Ask = { store: Store; targets: Targets; actor: Actor; number: number; seat: Seat; now: Date };

/**
 * What this person would sign in that seat, or why not; null when there is no such change. The statement is composed as the verb
 * will, but for what only signing makes: the nonce, and the two times.
 */
export async function readSignPage({ store, targets, actor, number, seat, now }: Ask) {
	const change = await store.change.findUnique({
		where: { number },
		select: {
			id: true,
			title: true,
			target: true,
			status: true,
			requesterId: true,
			revisions: {
				orderBy: { number: 'desc' },
				take: 1,
				select: { id: true, number: true, digest: true, statementCount: true, _count: { select: { files: true } } },
			},
		},
	});
	const revision = change?.revisions[0];
	if (!change || !revision) return null;
	const head = { id: change.id, title: change.title, target: change.target };
	const seats = await readQuorum(store, { revisionId: revision.id, digest: revision.digest, now });
	const target = targets.byName.get(change.target);
	const status = change.status as ChangeStatus;
	const whyNot = whyNotNow({ actor, seat, status, requesterId: change.requesterId, seats, isDefined: target !== undefined, number });
	if (whyNot !== null || !target) return { ...head, whyNot: whyNot ?? 'The target is no longer defined.', statement: null };
	const previous = seats.slice(0, SEATS.indexOf(seat)).at(-1)?.signature ?? null;
	const { nonce: _, ...statement } = composeStatement({
		changeNumber: number,
		revision: revision.number,
		digest: revision.digest,
		target,
		seat,
		signer: actor,
		decision: 'approve',
		reason: null,
		previous: previous?.hash ?? null,
		now,
	});
	return {
		...head,
		whyNot: null,
		statement,
		windowWords: describeWindow(target.window),
		validForMs: target.signaturesExpireAfter,
		previousSigner: previous?.signerName ?? null,
		files: revision._count.files,
		statements: revision.statementCount,
		beyondRestore: await readBeyondRestore(store, { changeId: change.id, revision: revision.number }),
	};
}

/** The lines of the plan that a restore does not undo: whoever signs has seen them. */
async function readBeyondRestore(store: Store, about: { changeId: string; revision: number }) {
	const plan = await readPlan(store, about);
	const lines = plan.lines.filter((line) => line.beyondRestore !== null);
	// They come first in the plan: what it leaves out may be more of them only when it shows nothing else.
	return { lines, more: lines.length === plan.lines.length ? plan.more : 0 };
}

type Turn = {
	actor: Actor;
	seat: Seat;
	status: ChangeStatus;
	requesterId: string;
	seats: Awaited<ReturnType<typeof readQuorum>>;
	isDefined: boolean;
	number: number;
};

/** Why this person cannot decide in this seat now, before they type a password; the verb asks all of it again. */
function whyNotNow({ actor, seat, status, requesterId, seats, isDefined, number }: Turn): string | null {
	const allowed = maySignSeat(actor, { seat, requesterId, signers: signersOf(seats) });
	if (allowed !== true) return allowed;
	if (!isDefined) return 'The target is no longer defined.';
	const turn = seatInTurn(status);
	if (turn === seat) return seats.slice(0, SEATS.indexOf(seat)).find((before) => before.missing)?.missing ?? null;
	if (turn) return `It is the ${ROLE_TITLE[turn]}’s turn to sign ${changeName(number)}.`;
	return `${changeName(number)} is not waiting for a signature: ${STATUS_TITLE[status].toLowerCase()}.`;
}
