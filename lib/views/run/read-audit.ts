import { changeName } from '#lib/domain/change.ts';
import { Refusal } from '#lib/errors.ts';
import { parseEntry } from '#lib/record/parse-entry.ts';
import type { AuditInput } from '#lib/record/render-audit.ts';
import type { Store } from '#lib/store/client.ts';

/** The entries for a run's audit file: the run's own, and those of its change that belong to no run. */
export async function readAudit(store: Store, runId: string): Promise<AuditInput> {
	const run = await store.run.findUnique({
		where: { id: runId },
		select: { number: true, changeId: true, target: true, digest: true, change: { select: { number: true } } },
	});
	if (!run) throw new Refusal('not_found', 'This run does not exist.');
	const stored = await store.recordEntry.findMany({
		where: { changeId: run.changeId, OR: [{ runId }, { runId: null }] },
		orderBy: { seq: 'asc' },
		select: { seq: true, hash: true, previous: true, body: true },
	});
	return {
		change: changeName(run.change.number),
		runId,
		run: run.number,
		target: run.target,
		digest: run.digest,
		entries: stored.map(parseEntry),
	};
}
