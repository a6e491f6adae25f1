import type { MeasuredTimes, TimedPart } from '#lib/domain/target/predicted-times.ts';
import type { Store } from '#lib/store/client.ts';

/** What happened longer ago was on another machine, or with another load. */
const NEWEST = 10;

type Row = { part: TimedPart; ms: number; databaseBytes: number; dumpBytes: number };

/** How long the newest runs and rehearsals of a target took, by part, and how large their dumps were. Empty where there were none. */
export async function readMeasuredTimes(store: Store, target: string): Promise<MeasuredTimes> {
	const rows = await store.$queryRaw<Row[]>`
		with runs as (
			select id, (backup ->> 'databaseBytes')::float8 as "databaseBytes", (backup ->> 'bytes')::float8 as "dumpBytes",
			       backup ->> 'replacement' is not null as "hasCopy"
			from run where target = ${target} and backup ->> 'databaseBytes' is not null
			order by claimed_at desc limit ${NEWEST}
		), rehearsals as (
			select report, (report -> 'backup' ->> 'databaseBytes')::float8 as "databaseBytes", (report -> 'backup' ->> 'bytes')::float8 as "dumpBytes"
			from rehearsal where target = ${target} and report -> 'backup' ->> 'databaseBytes' is not null
			order by asked_at desc limit ${NEWEST}
		), took as (
			select case when j.step = 'way back' and coalesce(j.data -> 'evidence' ->> 'attested', j.data -> 'evidence' ->> 'rehearsed') is not null then 'definitions'
			            when j.step = 'way back' then 'proof'
			            when j.step = 'restore' and runs."hasCopy" then 'swap'
			            else j.step end as part,
			       (j.data ->> 'ms')::float8 as ms, "databaseBytes", "dumpBytes"
			from runs join journal_entry j on j.run_id = runs.id
			where j.phase = 'passed' and j.step in ('backup', 'way back', 'quiescence', 'restore')
			union all
			select p.part, p.ms, "databaseBytes", "dumpBytes"
			from rehearsals cross join lateral (values
				('backup', (report -> 'backup' ->> 'ms')::float8),
				('proof', (report -> 'restore' ->> 'ms')::float8),
				('proof', (report -> 'restoreAgain' ->> 'ms')::float8)) p (part, ms)
		)
		select * from took where ms is not null`;
	const of = (part: TimedPart) => rows.filter((row) => row.part === part).map(({ ms, databaseBytes }) => ({ ms, databaseBytes }));
	return {
		backup: of('backup'),
		proof: of('proof'),
		definitions: of('definitions'),
		quiescence: of('quiescence'),
		swap: of('swap'),
		restore: of('restore'),
		dumps: rows.filter(({ part }) => part === 'backup').map(({ dumpBytes, databaseBytes }) => ({ dumpBytes, databaseBytes })),
	};
}
