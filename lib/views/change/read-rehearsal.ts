import type { RehearsalFailure, RehearsalPart, RehearsalReport, RehearsalStatus, SeenRehearsal } from '#lib/domain/rehearsal.ts';
import type { Store } from '#lib/store/client.ts';

/** The last rehearsal of a revision; null where none was asked for. */
export async function readRehearsal(
	store: Store,
	{ changeId, revision }: { changeId: string; revision: number },
): Promise<SeenRehearsal | null> {
	const row = await store.rehearsal.findFirst({
		where: { revision: { changeId, number: revision } },
		orderBy: { askedAt: 'desc' },
		include: { askedBy: { select: { name: true } } },
	});
	if (!row) return null;
	return {
		id: row.id,
		status: row.status as RehearsalStatus,
		part: row.part as RehearsalPart | null,
		askedBy: row.askedBy?.name ?? null,
		askedAt: row.askedAt.toISOString(),
		startedAt: row.startedAt?.toISOString() ?? null,
		endedAt: row.endedAt?.toISOString() ?? null,
		failure: row.failure as RehearsalFailure | null,
		report: row.report as RehearsalReport | null,
		hash: row.reportHash,
	};
}
