import type { ChangeStatus } from '#lib/domain/change.ts';
import { type RunStatus, STEP_TITLE, type Step, type Truth } from '#lib/domain/run.ts';
import type { Store } from '#lib/store/client.ts';

/** How many ended changes the inbox shows. */
const LATELY = 8;

/** The runs under way, by target: whether each is committed, and its current step. */
export async function readInFlight(store: Store) {
	const runs = await store.run.findMany({
		where: { status: { in: ['queued', 'running', 'awaiting_restore', 'restoring'] } },
		select: {
			id: true,
			number: true,
			target: true,
			status: true,
			truth: true,
			claimedAt: true,
			operator: { select: { name: true } },
			change: { select: { number: true, title: true } },
			journal: { where: { phase: { in: ['started', 'passed', 'failed'] } }, orderBy: { seq: 'desc' }, take: 1, select: { step: true } },
		},
		orderBy: { target: 'asc' },
	});
	return runs.map((run) => ({
		id: run.id,
		number: run.number,
		target: run.target,
		status: run.status as RunStatus,
		truth: run.truth as Truth,
		since: run.claimedAt.toISOString(),
		operator: run.operator.name,
		change: run.change,
		step: run.journal[0] ? STEP_TITLE[run.journal[0].step as Step] : null,
	}));
}

/** The changes that ended last, whatever the outcome. */
export async function readLately(store: Store) {
	const ended: ChangeStatus[] = ['succeeded', 'kept', 'rolled_back', 'restored', 'unknown', 'rejected', 'withdrawn', 'expired', 'closed'];
	const changes = await store.change.findMany({
		where: { status: { in: ended } },
		select: { number: true, title: true, target: true, status: true, closedAs: true, updatedAt: true },
		orderBy: { updatedAt: 'desc' },
		take: LATELY,
	});
	return changes.map((change) => ({
		number: change.number,
		title: change.title,
		target: change.target,
		status: change.status as ChangeStatus,
		closedAs: change.closedAs as ChangeStatus | null,
		at: change.updatedAt.toISOString(),
	}));
}
