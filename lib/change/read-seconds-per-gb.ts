import { BIG_BYTES } from '#lib/review/size.ts';
import type { Store } from '#lib/store/client.ts';

/**
 * How many seconds one GB (1,000,000,000 bytes) takes on a target when a big table is written anew: the median of what its runs and
 * rehearsals measured; null when none did. A small table measures everything but its size.
 */
export async function readSecondsPerGb(store: Store, target: string): Promise<number | null> {
	const [row] = await store.$queryRaw<{ seconds: number | null }[]>`
		with rewritten as (
			select f.revision_id, f.file, f.line, max(f.bytes) as bytes
			from revision_finding f join revision r on r.id = f.revision_id join change c on c.id = r.change_id
			where c.target = ${target} and f.code = 'rewrites_table' and f.bytes >= ${BIG_BYTES}
			group by f.revision_id, f.file, f.line
		), took as (
			select w.bytes, max((j.data ->> 'ms')::float8) as ms
			from rewritten w
			join run on run.revision_id = w.revision_id
			join journal_entry j on j.run_id = run.id and j.phase = 'statement done'
				and j.data ->> 'file' = w.file and (j.data ->> 'line')::int = w.line
			group by run.id, w.file, w.line, w.bytes
			union all
			select w.bytes, max((s ->> 'ms')::float8)
			from rewritten w
			join rehearsal h on h.revision_id = w.revision_id and h.report is not null
			cross join jsonb_array_elements(h.report -> 'statements') s
			where s ->> 'file' = w.file and (s ->> 'line')::int = w.line
			group by h.id, w.file, w.line, w.bytes
		)
		select percentile_cont(0.5) within group (order by ms / 1000 / (bytes / 1e9)) as seconds from took`;
	return row?.seconds ?? null;
}
