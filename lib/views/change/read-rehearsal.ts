import type { RehearsalPart } from '#lib/domain/rehearsed/parts.ts';
import { msOfParts, type PartBegun, seenParts } from '#lib/domain/rehearsed/parts.ts';
import type { RehearsalFailure, RehearsalReport, RehearsalStatus, SeenRehearsal } from '#lib/domain/rehearsed/rehearsal.ts';
import type { Store } from '#lib/store/client.ts';

/** What reports of an earlier console did not hold. */
const NOT_SEEN_BEFORE = { visible: null, plans: null };

/** The last rehearsal of a revision; null where none was asked for. */
export async function readRehearsal(
	store: Store,
	{ changeId, revision }: { changeId: string; revision: number },
): Promise<SeenRehearsal | null> {
	const row = await store.rehearsal.findFirst({
		where: { revision: { changeId, number: revision } },
		orderBy: { askedAt: 'desc' },
		include: { askedBy: { select: { name: true } }, stoppedBy: { select: { name: true } } },
	});
	if (!row) return null;
	const course = { begun: row.parts as PartBegun[], endedAt: row.endedAt?.toISOString() ?? null, hasFailed: row.status === 'failed' };
	return {
		id: row.id,
		status: row.status as RehearsalStatus,
		parts: seenParts(course, await readExpected(store, row)),
		stoppedBy: row.stoppedBy?.name ?? null,
		askedBy: row.askedBy?.name ?? null,
		askedAt: row.askedAt.toISOString(),
		startedAt: row.startedAt?.toISOString() ?? null,
		endedAt: row.endedAt?.toISOString() ?? null,
		failure: row.failure as RehearsalFailure | null,
		report: row.report === null ? null : { ...NOT_SEEN_BEFORE, ...(row.report as RehearsalReport) },
		hash: row.reportHash,
	};
}

/** How long each part took in the last rehearsal on the same target that passed. */
async function readExpected(store: Store, { id, target }: { id: string; target: string }): Promise<Map<RehearsalPart, number>> {
	const last = await store.rehearsal.findFirst({
		where: { target, status: 'passed', id: { not: id } },
		orderBy: { endedAt: 'desc' },
		select: { parts: true, endedAt: true },
	});
	if (!last?.endedAt) return new Map();
	return msOfParts({ begun: last.parts as PartBegun[], endedAt: last.endedAt.toISOString() });
}
