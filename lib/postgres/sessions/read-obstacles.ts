import { APPLICATION_PREFIX, type TargetClient } from '#lib/postgres/connection/connect.ts';
import { redactStart } from '#lib/redact.ts';

/** A table lock that a session holds on one of the relations asked about, or on a partition of it: `asked` is the name as it was asked. */
export type HeldLock = { asked: string; mode: string };

/** A session with an open transaction in this database, or a prepared transaction (`pid` null, `application` its name). */
export type OpenSession = {
	kind: 'session' | 'dump' | 'autovacuum' | 'prepared';
	pid: number | null;
	user: string;
	application: string;
	/** As pg_stat_activity has it, such as "idle in transaction". */
	state: string;
	/** Since the transaction began. */
	ageMs: number;
	/** How long it has done nothing in its transaction; null where it is at work. */
	idleMs: number | null;
	hasWritten: boolean;
	/** Redacted, and cut. */
	query: string;
	/** Of a running VACUUM: how much of the table has been read, in percent. */
	donePercent: number | null;
	locks: HeldLock[];
};

/** A server that follows this one. `lagMs` is null while nothing was written lately. */
export type Replica = { name: string; state: string; isSynchronous: boolean; lagBytes: number; lagMs: number | null };
/** A replication slot that nobody reads, with the log that the server keeps for it. */
export type IdleSlot = { name: string; keptBytes: number };

export type Obstacles = {
	/** The server's clock, ISO 8601. */
	at: string;
	sessions: OpenSession[];
	replicas: Replica[];
	/** `synchronous_standby_names`: COMMIT waits for these. Empty: for nobody. */
	synchronousStandbys: string;
	idleSlots: IdleSlot[];
	databaseBytes: number;
	/** Where the server keeps its data; null when this login may not know. */
	dataDirectory: string | null;
	/** The database is in the default tablespace of its server, and so are its tables. */
	isInDataDirectory: boolean;
	/** The process of this connection on the server's machine. */
	pid: number;
};

const QUERY_CHARACTERS = 80;
/** So many sessions are told; the oldest. */
const MOST_SESSIONS = 50;

type SessionRow = Omit<OpenSession, 'ageMs' | 'idleMs' | 'donePercent' | 'locks'> & {
	ageMs: string;
	idleMs: string | null;
	donePercent: string | null;
	locks: string;
};
type ServerRow = Omit<Obstacles, 'sessions' | 'replicas' | 'idleSlots' | 'databaseBytes'> & {
	replicas: string;
	idleSlots: string;
	databaseBytes: string;
};

/**
 * What could be in the way of a run that needs locks on `relations` (by name, as in SQL): read without waiting for anybody's locks. Our own
 * sessions are left out. Needs pg_monitor, as the backup login has it.
 */
export async function readObstacles(client: TargetClient, relations: readonly string[]): Promise<Obstacles> {
	const { rows: sessions } = await client.query<SessionRow>(SESSIONS_SQL, [relations]);
	const { rows: servers } = await client.query<ServerRow>(SERVER_SQL);
	const [server] = servers;
	if (!server) throw new Error('the server gave no answer');
	return {
		...server,
		replicas: JSON.parse(server.replicas),
		idleSlots: JSON.parse(server.idleSlots),
		databaseBytes: Number(server.databaseBytes),
		sessions: sessions.map((row) => ({
			...row,
			ageMs: Number(row.ageMs),
			idleMs: row.idleMs === null ? null : Number(row.idleMs),
			donePercent: row.donePercent === null ? null : Number(row.donePercent),
			query: redactStart(row.query, QUERY_CHARACTERS),
			locks: JSON.parse(row.locks),
		})),
	};
}

/** Milliseconds until now; none below zero, should the clock be set back. */
const sinceMs = (time: string) =>
	`greatest(0, pg_catalog.floor(extract(epoch from pg_catalog.clock_timestamp() - ${time}) * 1000))::bigint`;

/** A lock on a partitioned table goes down to its partitions, and a lock on a partition stands in its way. */
const SESSIONS_SQL = `
	with recursive tree (asked, relation) as (
		select a.name, pg_catalog.to_regclass(a.name)::oid from pg_catalog.unnest($1::text[]) a (name)
		 where pg_catalog.to_regclass(a.name) is not null
		union
		select t.asked, i.inhrelid from tree t join pg_catalog.pg_inherits i on i.inhparent = t.relation
	), held as (
		select l.pid, l.virtualtransaction, pg_catalog.jsonb_agg(distinct pg_catalog.jsonb_build_object('asked', t.asked, 'mode', l.mode)) as locks
		  from pg_catalog.pg_locks l join tree t on t.relation = l.relation
		 where l.locktype = 'relation' and l.granted
		   and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
		 group by 1, 2
	), open as (
		select case when a.backend_type = 'autovacuum worker' then 'autovacuum' when a.application_name = 'pg_dump' then 'dump' else 'session' end as kind,
		       a.pid, coalesce(a.usename, '') as "user", a.application_name as application, coalesce(a.state, '') as state,
		       ${sinceMs('a.xact_start')} as "ageMs",
		       case when a.state like 'idle in transaction%' then ${sinceMs('a.state_change')} end as "idleMs",
		       a.backend_xid is not null as "hasWritten", coalesce(a.query, '') as query,
		       (select pg_catalog.floor(100.0 * v.heap_blks_scanned / nullif(v.heap_blks_total, 0))
		          from pg_catalog.pg_stat_progress_vacuum v where v.pid = a.pid) as "donePercent",
		       coalesce((select h.locks from held h where h.pid = a.pid), '[]')::text as locks
		  from pg_catalog.pg_stat_activity a
		 where a.datname = pg_catalog.current_database() and a.xact_start is not null and a.pid <> pg_catalog.pg_backend_pid() and a.leader_pid is null
		   and (a.backend_type = 'client backend' and a.application_name not like '${APPLICATION_PREFIX}%'
		        or a.backend_type = 'autovacuum worker' and a.query like '%(to prevent wraparound)%')
		union all
		select 'prepared', null, p.owner, p.gid, 'prepared', ${sinceMs('p.prepared')}, null, true, '', null,
		       coalesce((select h.locks from held h join pg_catalog.pg_locks own on own.virtualtransaction = h.virtualtransaction and own.pid is null
		                  where h.pid is null and own.locktype = 'transactionid' and own.transactionid = p.transaction), '[]')::text
		  from pg_catalog.pg_prepared_xacts p where p.database = pg_catalog.current_database()
	)
	select * from open order by "ageMs" desc limit ${MOST_SESSIONS}`;

const SERVER_SQL = `
	select pg_catalog.to_char(pg_catalog.clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
	       pg_catalog.pg_backend_pid() as pid,
	       pg_catalog.pg_database_size(d.oid) as "databaseBytes",
	       d.dattablespace = 1663 and not exists (select from pg_catalog.pg_class c where c.reltablespace not in (0, 1663, 1664)) as "isInDataDirectory",
	       pg_catalog.current_setting('synchronous_standby_names') as "synchronousStandbys",
	       (select s.setting from pg_catalog.pg_settings s where s.name = 'data_directory') as "dataDirectory",
	       (select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
	                 'name', coalesce(nullif(r.application_name, ''), r.client_addr::text, 'replica'), 'state', r.state,
	                 'isSynchronous', r.sync_state in ('sync', 'quorum', 'potential'),
	                 'lagBytes', coalesce(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), coalesce(r.replay_lsn, r.flush_lsn)), 0),
	                 'lagMs', pg_catalog.floor(extract(epoch from r.replay_lag) * 1000)) order by r.application_name), '[]')::text
	          from pg_catalog.pg_stat_replication r where r.state in ('streaming', 'catchup')) as replicas,
	       (select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
	                 'name', s.slot_name, 'keptBytes', pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn)) order by s.slot_name), '[]')::text
	          from pg_catalog.pg_replication_slots s where not s.active and s.restart_lsn is not null) as "idleSlots"
	  from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()`;
