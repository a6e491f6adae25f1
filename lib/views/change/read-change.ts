import type { Actor } from '#lib/access/actor.ts';
import { contentOf } from '#lib/change/signed-bytes.ts';
import { STANDING_BY_MS } from '#lib/change/stand-by.ts';
import { mustResolve } from '#lib/comments/must-resolve.ts';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import { type ChangeStatus, EXECUTABLE, type Risk, seatInTurn } from '#lib/domain/change.ts';
import { type RevisionContent, routeOf, seatsOf } from '#lib/domain/statement.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { describeWindow, windowAt } from '#lib/domain/target/window.ts';
import { windowFit } from '#lib/domain/target/window-fit.ts';
import { WAY_BACK_WORDS } from '#lib/domain/wording/way-back-words.ts';
import { hardStopsOf, readIfRehearsed, respondersOf } from '#lib/gates/hard-stops.ts';
import { QUORUM, quorumOf, signersOf } from '#lib/signatures/quorum.ts';
import { productionsOf } from '#lib/staging/route-for.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { allowedActions } from './allowed-actions.ts';
import { readRehearsal } from './read-rehearsal.ts';
import { readRoute } from './read-route.ts';
import { readSeats } from './read-seats.ts';
import { readVoided } from './read-voided.ts';

type Ask = { store: Store; targets: Targets; actor: Actor; number: number; now: Date };

/** An opening or closing further away than this gets no countdown. */
const FAR_MS = 90 * 86_400_000;

/** A change as its page shows it around the tabs, for this person; null when the number does not exist. */
export async function readChange({ store, targets, actor, number, now }: Ask) {
	const change = await store.change.findUnique({
		where: { number },
		select: {
			id: true,
			number: true,
			title: true,
			target: true,
			status: true,
			closedAs: true,
			requesterId: true,
			updatedAt: true,
			currentRevision: true,
			requester: { select: { name: true } },
			runs: { select: { claimedAt: true }, orderBy: { number: 'desc' } },
			armedStarts: { select: ARMED, orderBy: { armedAt: 'desc' }, take: 1 },
			revisions: { select: REVISION, orderBy: { number: 'desc' } },
		},
	});
	const current = change?.revisions.find((revision) => revision.number === change.currentRevision);
	if (!change || !current) return null;
	const status = change.status as ChangeStatus;
	const isLive = seatInTurn(status) !== null || status === 'running' || EXECUTABLE.includes(status);
	// A change that has ended is judged at that time: a signature that expired a year later still counted.
	const asOf = isLive ? now : (change.runs[0]?.claimedAt ?? change.updatedAt);
	const revision = await readCurrent(store, { revisionId: current.id, asOf });
	const content = contentOf(revision);
	const target = targets.byName.get(change.target) ?? null;
	const quorum = quorumOf(
		revision.signatures.filter(({ decision }) => decision === 'approve'),
		{ digest: revision.digest, seats: seatsOf(content), now: asOf },
	);
	const refusals = revision.signatures.filter(({ decision }) => decision === 'refuse');
	const responders = respondersOf(revision.responders, revision.change.standBys);
	const openComments = change.revisions.reduce((sum, { _count }) => sum + _count.comments, 0);
	const seats = await readSeats({ store, actor, status, requesterId: change.requesterId, quorum, refusals });
	const voided = status === 'expired' ? await readVoided(store, [change]) : null;
	/** For whoever executes it. */
	const rehearsal = EXECUTABLE.includes(status) ? await readRehearsal(store, { changeId: change.id, revision: current.number }) : null;
	const report = rehearsal?.status === 'passed' ? rehearsal.report : null;
	const rehearsed = target && isLive ? await readIfRehearsed(store, { target, revisionId: current.id, now }) : null;
	return {
		id: change.id,
		number: change.number,
		title: change.title,
		target: change.target,
		status,
		closedAs: change.closedAs as ChangeStatus | null,
		requester: change.requester.name,
		requesterId: change.requesterId,
		revision: current.number,
		digest: revision.digest,
		/** The fingerprint of the catalog that it was filed for. */
		baseline: content.baseline,
		filedAt: current.createdAt.toISOString(),
		reason: revision.reason,
		whyNotStaging: revision.whyNotStaging,
		route: await readRoute(store, routeOf(content)),
		risk: revision.risk as Risk,
		statements: revision.statementCount,
		files: content.files.map(({ path, bytes }) => ({ path, bytes })),
		window: windowOf({ content, now, target }),
		wayBack: target ? WAY_BACK_WORDS[target.wayBack] : null,
		seats,
		responders: responders.map((responder) => ({
			name: responder.name,
			isYou: responder.personId === actor.id,
			since: responder.standingBySince?.toISOString() ?? null,
		})),
		isLive,
		rehearsal,
		windowFit: target && EXECUTABLE.includes(status) ? windowFit({ target, report, now }) : null,
		/** Whether there is something to rehearse: it can still be signed or run. */
		canRehearse: seatInTurn(status) !== null || status === 'approved',
		/** Null where it has not expired, or a signature did by its own time. */
		voided: voided?.get(change.id) ?? null,
		hardStops: target && isLive ? hardStopsOf({ target, seats: quorum, responders, rehearsed }) : null,
		openComments,
		/** Why open comments keep it from being signed. */
		mustResolve: target && seatInTurn(status) !== null ? mustResolve({ target, open: openComments }) : null,
		armed: armedOf(change.armedStarts[0], { isExecutable: EXECUTABLE.includes(status), lastRunAt: change.runs[0]?.claimedAt ?? null }),
		runs: change.runs.length,
		revisions: change.revisions.map((one) => ({ number: one.number, digest: one.digest, at: one.createdAt.toISOString() })),
		actions: allowedActions(actor, {
			status,
			closedAs: change.closedAs as ChangeStatus | null,
			requesterId: change.requesterId,
			signers: signersOf(quorum),
			target,
			productions: productionsOf(targets, change.target),
		}),
	};
}

const REVISION = {
	id: true,
	number: true,
	digest: true,
	createdAt: true,
	_count: { select: { comments: { where: { resolution: { is: null } } } } },
} as const;

/** The current revision with who signed and refused it, and who stood by for it, in one query. */
function readCurrent(store: Store, { revisionId, asOf }: { revisionId: string; asOf: Date }) {
	const since = new Date(asOf.getTime() - STANDING_BY_MS);
	return store.revision.findUniqueOrThrow({
		where: { id: revisionId },
		select: {
			id: true,
			digest: true,
			content: true,
			reason: true,
			whyNotStaging: true,
			risk: true,
			statementCount: true,
			signatures: { where: { OR: [QUORUM.where, { decision: 'refuse' }] }, include: QUORUM.include, orderBy: { issuedAt: 'desc' } },
			responders: { select: { personId: true, person: { select: { name: true } } }, orderBy: { person: { name: 'asc' } } },
			change: { select: { standBys: { where: { at: { gte: since } }, select: { personId: true, at: true }, orderBy: { at: 'desc' } } } },
		},
	});
}

const ARMED = { startsAt: true, armedAt: true, endedHow: true, reason: true, operator: { select: { name: true } } } as const;
type ArmedRow = { startsAt: Date; armedAt: Date; endedHow: string | null; reason: string | null; operator: { name: string } };

/** What starts by itself, or was to start and did not; null when there is neither, or a run came after it. */
function armedOf(row: ArmedRow | undefined, { isExecutable, lastRunAt }: { isExecutable: boolean; lastRunAt: Date | null }) {
	if (!row || !isExecutable || (lastRunAt && lastRunAt > row.armedAt)) return null;
	if (row.endedHow !== null && row.endedHow !== 'missed') return null;
	return {
		startsAt: row.startsAt.toISOString(),
		operator: row.operator.name,
		missed: row.endedHow === 'missed' ? (row.reason ?? '') : null,
	};
}

/** The signed window and its current state; and whether the deployer has changed it since. */
function windowOf({ content, now, target }: { content: RevisionContent; now: Date; target: Target | null }) {
	const state = windowAt(content.window, now);
	const turnsAt = state.open ? state.closesAt : state.opensAt;
	return {
		words: describeWindow(content.window),
		isOpen: state.open,
		/** When it closes, or opens next; null when that is beyond any plan. */
		turnsAt: turnsAt && turnsAt.getTime() - now.getTime() < FAR_MS ? turnsAt.toISOString() : null,
		reason: state.open ? null : state.reason,
		isChanged: target !== null && !canonicalBytes(target.window).equals(canonicalBytes(content.window)),
	};
}
