import { measureChecklist } from '#lib/change/measure-checklist.ts';
import { type ChecklistState, type ClosableOutcome, checklistOf } from '#lib/domain/checklist.ts';
import type { Store } from '#lib/store/client.ts';

/** The checklist that fits how a run ended: what was said of each point, by whom, and what measurements say. */
export async function readChecklist(store: Store, { runId, outcome, now }: { runId: string; outcome: ClosableOutcome; now: Date }) {
	const ticks = await store.checklistTick.findMany({
		where: { runId },
		select: { item: true, state: true, note: true, measured: true, evidence: true, at: true, person: { select: { name: true } } },
	});
	const measured = await measureChecklist(store, { runId, now });
	return checklistOf(outcome).map((point) => {
		const tick = ticks.find((one) => one.item === point.item);
		const now = measured[point.item] ?? null;
		return {
			item: point.item,
			title: point.title,
			needsNote: point.needsNote ?? false,
			measured: tick?.measured ? { state: tick.measured as 'passed' | 'failed' | 'unknown', words: tick.evidence } : tick ? null : now,
			tick: tick
				? { by: tick.person?.name ?? null, at: tick.at.toISOString(), state: tick.state as ChecklistState, note: tick.note }
				: null,
		};
	});
}
