import { APPLICATION_PREFIX } from '#lib/postgres/connection/connect.ts';

/** The row that `sampleSql` gives; JSON as text. */
export type SampleRow = {
	/** The server's clock, ms since 1970. */
	nowMs: string;
	sessions: string | null;
	oldestTransactionMs: string | null;
	waiting: string | null;
	runPids: string | null;
	/** Of the database that has the target's name now. */
	databaseOid: string | null;
	deadlocks: string | null;
	walBytes: string;
	replication: string | null;
	cpu: string | null;
};

/** One session that waits for a lock, as `waiting` has it. `own`: the console's. */
export type WaitingRow = {
	pid: number;
	own: boolean;
	user: string;
	application: string;
	/** In the target, or of another database and told only because it may wait for us. */
	here: boolean;
	waitedMs: number;
	/** Null when the lock is about no relation. In the session's own database, or shared. */
	relationOid: number | null;
	mode: string;
	blockedBy: number[];
	query: string;
	/** Of the run's own backend. */
	isRun: boolean;
};

/** No more is read of what a session executes: enough to know it again. */
const QUERY_CHARACTERS = 500;

/**
 * Everything about sessions, locks, deadlocks, WAL and replicas in one statement, from the maintenance database.
 * $1 the target's database, $2 the application_name of the run's backend, $3 the console's logins.
 * pg_locks and pg_blocking_pids, which take the lock manager's own locks, are called only while somebody waits.
 */
export function sampleSql(cpuExpression: string): string {
	return `
with activity as materialized (
	select pid, leader_pid, datname, coalesce(usename, '') as usename, application_name, state, xact_start, query, backend_type, wait_event_type,
	       usename = any ($3::name[]) and application_name like '${APPLICATION_PREFIX}%' as own,
	       usename = any ($3::name[]) and application_name = $2 as is_run
	  from pg_catalog.pg_stat_activity where usesysid is not null
), locks as materialized (
	select pid, relation, mode, granted, waitstart
	  from pg_catalog.pg_locks where (select pg_catalog.bool_or(wait_event_type = 'Lock') from activity) and (not granted or locktype = 'tuple')
), waiting as (
	select a.pid, a.own, a.usename as "user", a.application_name as application, coalesce(a.datname = $1, false) as here, l.mode, a.is_run as "isRun",
	       coalesce(pg_catalog.floor(extract(epoch from pg_catalog.clock_timestamp() - l.waitstart) * 1000)::bigint, 0) as "waitedMs",
	       coalesce(l.relation, (select t.relation from locks t where t.pid = l.pid and t.granted limit 1))::bigint as "relationOid",
	       pg_catalog.pg_blocking_pids(a.pid) as "blockedBy", pg_catalog.left(a.query, ${QUERY_CHARACTERS}) as query
	  from activity a join locks l on l.pid = a.pid and not l.granted
	 where a.leader_pid is null
), states as (
	select coalesce(state, 'unknown') as state, pg_catalog.count(*) as n
	  from activity where datname = $1 and backend_type = 'client backend' and not own group by 1
)
select pg_catalog.floor(extract(epoch from pg_catalog.clock_timestamp()) * 1000)::bigint as "nowMs",
       (select pg_catalog.json_object_agg(state, n)::text from states) as sessions,
       (select pg_catalog.floor(extract(epoch from pg_catalog.max(pg_catalog.clock_timestamp() - xact_start)) * 1000)::bigint
          from activity where datname = $1 and backend_type = 'client backend' and not own) as "oldestTransactionMs",
       (select pg_catalog.json_agg(w)::text from waiting w) as waiting,
       (select pg_catalog.json_agg(pid)::text from activity where is_run) as "runPids",
       d.datid::text as "databaseOid", d.deadlocks,
       pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0')::text as "walBytes",
       (select pg_catalog.json_agg(pg_catalog.json_build_object(
                 'name', coalesce(nullif(application_name, ''), client_addr::text, 'replica'),
                 'lagBytes', pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), coalesce(replay_lsn, flush_lsn)),
                 'lagMs', pg_catalog.floor(extract(epoch from replay_lag) * 1000)) order by application_name)::text
          from pg_catalog.pg_stat_replication where state in ('streaming', 'catchup')) as replication,
       ${cpuExpression} as cpu
  from (select 1) one left join pg_catalog.pg_stat_database d on d.datname = $1`;
}
