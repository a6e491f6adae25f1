import type { Actor } from '#lib/access/actor.ts';
import { maySignSeat } from '#lib/access/policy.ts';
import { contentOf } from '#lib/change/signed-bytes.ts';
import { mustResolve } from '#lib/comments/must-resolve.ts';
import { type ChangeStatus, changeName, type Risk, STATUS_TITLE, seatInTurn } from '#lib/domain/change.ts';
import { ROLE_TITLE, type Seat } from '#lib/domain/roles.ts';
import { acceptedNames, routeOf, seatsOf, signedRouteOf } from '#lib/domain/statement.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { describeWindow } from '#lib/domain/target/window.ts';
import { checkWords } from '#lib/domain/wording/check-words.ts';
import { sentence } from '#lib/domain/wording/sentence.ts';
import { readRehearsed } from '#lib/gates/rehearsed.ts';
import { mustPass } from '#lib/rehearsal/must-pass.ts';
import { composeStatement } from '#lib/signatures/compose-statement.ts';
import { filedBeforeFindings } from '#lib/signatures/decide.ts';
import { QUORUM, quorumOf, type SeatState, signersOf } from '#lib/signatures/quorum.ts';
import type { Plan } from '#lib/sql/plan/plan-in-words.ts';
import { flawOfRoute } from '#lib/staging/flaw-of-route.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { countChecks } from './read-checks.ts';
import { readRehearsal } from './read-rehearsal.ts';
import { readComments } from './revision/read-comments.ts';
import { COMPARED, readDifferences } from './revision/read-differences.ts';
import { FINDINGS, findingsOf } from './revision/read-findings.ts';
import { readImpact } from './revision/read-impact.ts';
import { readPlan } from './revision/read-plan.ts';

type Ask = { store: Store; targets: Targets; actor: Actor; number: number; seat: Seat; now: Date };

/**
 * What this person would sign in that seat, or why not; null when the change does not exist. The statement is composed as signing
 * will, except for what only signing makes: the nonce and the two times.
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
				select: {
					...COMPARED,
					id: true,
					digest: true,
					statementCount: true,
					signatures: QUORUM,
					findings: FINDINGS,
				},
			},
		},
	});
	const revision = change?.revisions[0];
	if (!change || !revision) return null;
	const head = { id: change.id, title: change.title, target: change.target };
	const content = contentOf(revision);
	const order = seatsOf(content);
	const seats = quorumOf(revision.signatures, { digest: revision.digest, seats: order, now });
	const target = targets.byName.get(change.target);
	const status = change.status as ChangeStatus;
	const accepted = acceptedNames(content);
	const whyNot =
		whyNotNow({ actor, seat, status, requesterId: change.requesterId, seats, isDefined: target !== undefined, number }) ??
		(accepted === null ? filedBeforeFindings(changeName(number)) : null);
	if (whyNot !== null || !target) return { ...head, whyNot: whyNot ?? 'The target is no longer defined.', statement: null };
	const previous = seats.slice(0, order.indexOf(seat)).at(-1)?.signature ?? null;
	const otherRoute = await flawOfRoute({ tx: store, targets, target, content });
	const about = { changeId: change.id, revision: revision.number };
	const plan = await readPlan(store, { ...about, database: target.connection.database });
	const comments = await readComments(store, { changeId: change.id, requesterId: change.requesterId, status, actor });
	const rehearsal = await readRehearsal(store, about);
	const { nonce: _, ...statement } = composeStatement({
		changeNumber: number,
		revision: revision.number,
		digest: revision.digest,
		target,
		seat,
		signer: actor,
		accepted: accepted ?? [],
		route: signedRouteOf(content),
		decision: 'approve',
		reason: null,
		previous: previous?.hash ?? null,
		now,
	});
	return {
		...head,
		whyNot: null,
		number,
		statement,
		windowWords: describeWindow(target.window),
		validForMs: target.signaturesExpireAfter,
		previousSigner: previous?.signerName ?? null,
		files: revision.files.map(({ path }) => path),
		statements: revision.statementCount,
		revision: revision.number,
		reason: revision.reason,
		whyNotStaging: revision.whyNotStaging,
		route: { ...routeOf(content), flaw: otherRoute },
		risk: revision.risk as Risk,
		checks: checkWords(countChecks(Buffer.from(revision.manifest))),
		plan,
		findings: findingsOf(revision.findings),
		beyondRestore: beyondRestoreOf(plan),
		impact: readImpact(target, plan, { key: revision.id, now }),
		differences: await readDifferences(store, { changeId: change.id, after: revision }),
		rehearsal,
		wayBackLacks: await wayBackLacks(store, { target, revisionId: revision.id, now }),
		/** What keeps everybody from signing, though not from refusing. */
		notYet: notYet({
			comments: mustResolve({ target, open: comments.threads.filter(({ resolved }) => resolved === null).length }),
			rehearsal: mustPass({ target, status: rehearsal?.status ?? null }),
			route: otherRoute,
		}),
		comments,
	};
}

type Missing = { comments: string | null; rehearsal: string | null; route: string | null };
/** What a run would lack, if it began now, where a rehearsal shows the way back; signing does not wait for it. */
async function wayBackLacks(
	store: Store,
	{ target, revisionId, now }: { target: Target; revisionId: string; now: Date },
): Promise<string | null> {
	if (target.wayBack !== 'rehearsed') return null;
	const read = await readRehearsed(store, { target, revision: { id: revisionId }, at: now });
	return 'lacking' in read ? read.lacking : null;
}

/** What must come before a signature on this target, though it is this person's turn; a refusal needs none of it. */
function notYet({ comments, rehearsal, route }: Missing): { title: string; why: string } | null {
	if (route !== null) return { title: 'It must be filed again', why: `${sentence(route)} Its requester files it again.` };
	if (comments !== null) return { title: 'Comments are open', why: comments };
	return rehearsal === null ? null : { title: 'No rehearsal has passed', why: rehearsal };
}

/** The lines of the plan that a restore does not undo: every signer must see them. */
function beyondRestoreOf(plan: Plan) {
	const lines = plan.lines.filter((line) => line.beyondRestore !== null);
	// They come first in the plan, so it can leave some out only when it shows nothing else.
	return { lines, more: lines.length === plan.lines.length ? plan.more : 0 };
}

type Turn = {
	actor: Actor;
	seat: Seat;
	status: ChangeStatus;
	requesterId: string;
	seats: SeatState[];
	isDefined: boolean;
	number: number;
};

/** Why this person cannot decide in this seat now, before they type a password; signing checks all of it again. */
function whyNotNow({ actor, seat, status, requesterId, seats, isDefined, number }: Turn): string | null {
	const allowed = maySignSeat(actor, { seat, requesterId, signers: signersOf(seats) });
	if (allowed !== true) return allowed;
	if (!isDefined) return 'The target is no longer defined.';
	const turn = seatInTurn(status);
	const before = seats.slice(
		0,
		seats.findIndex((one) => one.seat === seat),
	);
	if (turn === seat) return before.find(({ missing }) => missing)?.missing ?? null;
	if (turn) return `It is the ${ROLE_TITLE[turn]}’s turn to sign ${changeName(number)}.`;
	return `${changeName(number)} is not waiting for a signature: ${STATUS_TITLE[status].toLowerCase()}.`;
}
