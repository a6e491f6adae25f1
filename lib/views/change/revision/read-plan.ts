import { type Plan, planInWords } from '#lib/sql/plan/plan-in-words.ts';
import type { Store } from '#lib/store/client.ts';

/** Revisions never change, so their plans are cached: parsing 20 MB for every view would be slow. */
const KEPT_PLANS = 16;
const kept = new Map<string, Promise<Plan>>();

/** `database`: the target's; null where the target is not defined any more. */
type Asked = { changeId: string; revision: number; database: string | null };

/** The plan of a revision in words. */
export function readPlan(store: Store, { changeId, revision, database }: Asked): Promise<Plan> {
	const key = JSON.stringify([changeId, revision, database]);
	const known = kept.get(key);
	if (known) return known;
	const plan = compute(store, { changeId, revision, database });
	kept.set(key, plan);
	plan.catch(() => kept.delete(key));
	const [oldest] = kept.keys();
	if (kept.size > KEPT_PLANS && oldest !== undefined) kept.delete(oldest);
	return plan;
}

async function compute(store: Store, { changeId, revision, database }: Asked): Promise<Plan> {
	const files = await store.revisionFile.findMany({
		where: { revision: { changeId, number: revision } },
		select: { path: true, bytes: true },
		orderBy: { position: 'asc' },
	});
	return planInWords(
		files.map(({ path, bytes }) => ({ path, bytes: Buffer.from(bytes) })),
		database,
	);
}
