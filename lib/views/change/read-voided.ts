import { parseEntry } from '#lib/record/parse-entry.ts';
import type { Store } from '#lib/store/client.ts';

/** Why the signatures of a revision are void though nobody took one back, and the run that made them so. */
export type Voided = { reason: string; runId: string };

/** By change: those whose current revision was voided. The record has the reason. */
export async function readVoided(store: Store, changes: readonly { id: string; currentRevision: number }[]): Promise<Map<string, Voided>> {
	const revisions = new Map(changes.map(({ id, currentRevision }) => [id, currentRevision]));
	const rows = await store.recordEntry.findMany({
		where: { kind: 'change.voided', changeId: { in: [...revisions.keys()] } },
		select: { seq: true, hash: true, previous: true, body: true },
		orderBy: { seq: 'asc' },
	});
	const voided = new Map<string, Voided>();
	for (const { subject, data } of rows.map(parseEntry)) {
		if (subject.changeId === undefined || revisions.get(subject.changeId) !== subject.revision) continue;
		voided.set(subject.changeId, { reason: String(data.reason), runId: String(data.runId) });
	}
	return voided;
}
