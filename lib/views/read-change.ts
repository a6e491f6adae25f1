import type { Actor } from '#lib/access/actor.ts';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import { type ChangeStatus, EXECUTABLE, type Risk, seatInTurn } from '#lib/domain/change.ts';
import type { RevisionContent } from '#lib/domain/statement.ts';
import type { Target } from '#lib/domain/target.ts';
import { describeWindow, windowAt } from '#lib/domain/window.ts';
import { readHardStops, readResponders } from '#lib/gates/hard-stops.ts';
import { signersOf } from '#lib/signatures/quorum.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { allowedActions } from './allowed-actions.ts';
import { readSeats } from './read-seats.ts';

type Ask = { store: Store; targets: Targets; actor: Actor; number: number; now: Date };

/** A turn of the window further away than this is not worth a countdown: a window of whole days never closes. */
const FAR_MS = 90 * 86_400_000;

/** A change as its page shows it around the tabs, for this person; null when there is none of that number. */
export async function readChange({ store, targets, actor, number, now }: Ask) {
	const change = await store.change.findUnique({
		where: { number },
		select: {
			id: true,
			number: true,
			title: true,
			target: true,
			status: true,
			requesterId: true,
			updatedAt: true,
			currentRevision: true,
			requester: { select: { name: true } },
			runs: { select: { claimedAt: true }, orderBy: { number: 'desc' } },
			revisions: { select: { id: true, number: true, digest: true, createdAt: true }, orderBy: { number: 'desc' } },
		},
	});
	const current = change?.revisions.find((revision) => revision.number === change.currentRevision);
	if (!change || !current) return null;
	const revision = await store.revision.findUniqueOrThrow({
		where: { id: current.id },
		select: { id: true, digest: true, content: true, reason: true, whyNotStaging: true, risk: true, statementCount: true },
	});
	const status = change.status as ChangeStatus;
	const content = JSON.parse(Buffer.from(revision.content).toString('utf8')) as RevisionContent;
	const target = targets.byName.get(change.target) ?? null;
	const isLive = seatInTurn(status) !== null || status === 'running' || EXECUTABLE.includes(status);
	// What has ended is judged as it stood then: a signature that ran out a year later still counted.
	const asOf = isLive ? now : (change.runs[0]?.claimedAt ?? change.updatedAt);
	const about = { changeId: change.id, revisionId: revision.id, digest: revision.digest, now: asOf };
	const [{ seats, quorum }, responders, hardStops] = await Promise.all([
		readSeats({ store, actor, status, requesterId: change.requesterId, ...about }),
		readResponders(store, about),
		target && isLive ? readHardStops(store, { ...about, target }) : null,
	]);
	return {
		id: change.id,
		number: change.number,
		title: change.title,
		target: change.target,
		status,
		requester: change.requester.name,
		revision: current.number,
		digest: revision.digest,
		filedAt: current.createdAt.toISOString(),
		reason: revision.reason,
		whyNotStaging: revision.whyNotStaging,
		risk: revision.risk as Risk,
		statements: revision.statementCount,
		files: content.files.map(({ path, bytes }) => ({ path, bytes })),
		window: windowOf({ content, now, target }),
		wayBack: target?.wayBack ?? null,
		seats,
		responders: responders.map((responder) => ({
			name: responder.name,
			isYou: responder.personId === actor.id,
			since: responder.standingBySince?.toISOString() ?? null,
		})),
		isLive,
		hardStops,
		runs: change.runs.length,
		revisions: change.revisions.map((one) => ({ number: one.number, digest: one.digest, at: one.createdAt.toISOString() })),
		actions: allowedActions(actor, {
			status,
			requesterId: change.requesterId,
			signers: signersOf(quorum),
			target,
		}),
	};
}

/** The window that was signed, as it stands now; and whether the deployer has changed it since. */
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
