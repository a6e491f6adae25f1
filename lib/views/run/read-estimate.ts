import { type EarlierRun, type Estimate, estimateRun } from '#lib/domain/estimate.ts';
import type { Store } from '#lib/store/client.ts';

/** The runs of a target that an estimate is made from: old ones say little of a database that grows. */
const EARLIER = 5;

type Row = EarlierRun & { rehearsedMs: number | null };

/** How long the steps of a run may take, from the last runs of its target; null where it has had none. */
export async function readEstimate(
	store: Store,
	run: { target: string; revisionId: string; statements: number; claimedAt: Date },
): Promise<Estimate | null> {
	const earlier = await store.$queryRaw<Row[]>`
		select coalesce((select jsonb_object_agg(j.step, j.data->'ms' order by j.seq) from journal_entry j
		                  where j.run_id = r.id and j.phase = 'passed'), '{}') as steps,
		       (r.backup->>'bytes')::float8 as bytes, v.statement_count as statements,
		       (select (h.report->'transaction'->>'ms')::float8 from rehearsal h
		         where h.revision_id = ${run.revisionId}::uuid and h.status = 'passed' order by h.asked_at desc limit 1) as "rehearsedMs"
		  from run r join revision v on v.id = r.revision_id
		 where r.target = ${run.target} and r.ended_at is not null and r.claimed_at < ${run.claimedAt}::timestamptz
		 order by r.claimed_at desc limit ${EARLIER}`;
	return estimateRun(earlier, { statements: run.statements, rehearsedMs: earlier[0]?.rehearsedMs ?? null });
}
