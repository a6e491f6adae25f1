import { type Plan, planInWords } from '#lib/sql/plan/plan-in-words.ts';
import type { Store } from '#lib/store/client.ts';

/** Revisions are immutable, so their plans are kept: parsing 20 MB again for every look would be felt. */
const KEPT_PLANS = 16;
const kept = new Map<string, Promise<Plan>>();

/** The plan of a revision in words. */
export function readPlan(store: Store, { changeId, revision }: { changeId: string; revision: number }): Promise<Plan> {
	const key = `${changeId} ${revision}`;
	const known = kept.get(key);
	if (known) return known;
	const plan = compute(store, { changeId, revision });
	kept.set(key, plan);
	plan.catch(() => kept.delete(key));
	const [oldest] = kept.keys();
	if (kept.size > KEPT_PLANS && oldest !== undefined) kept.delete(oldest);
	return plan;
}

async function compute(store: Store, { changeId, revision }: { changeId: string; revision: number }): Promise<Plan> {
	const files = await store.revisionFile.findMany({
		where: { revision: { changeId, number: revision } },
		select: { path: true, bytes: true },
		orderBy: { position: 'asc' },
	});
	return planInWords(files.map(({ path, bytes }) => ({ path, bytes: Buffer.from(bytes) })));
}
