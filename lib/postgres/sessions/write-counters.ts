import { setTimeout as sleep } from 'node:timers/promises';
import type { TableLoss } from '#lib/domain/restore-price.ts';
import { APPLICATION_PREFIX, type TargetClient } from '#lib/postgres/connection/connect.ts';

/** Rows written to one table since its statistics began. `oid` is decimal text; it stays when the table is renamed. */
export type TableWrites = { oid: string; table: string; inserted: number; updated: number; deleted: number };
/** What one transaction wrote: only tables that it wrote to. */
export type OwnWrites = readonly TableWrites[];

export type WriteCounters = {
	tables: TableWrites[];
	/**
	 * pg_current_snapshot() as text. When it is the same later, no transaction that wrote has ended since. (Its upper end alone would
	 * not tell: one that was in progress may commit without moving it.)
	 */
	snapshot: string;
	/** When the statistics were reset, as PostgreSQL's text; null: never. */
	resetAt: string | null;
};

/** A session that went idle flushes its counters within 10 s; a second is for the timer. */
const IDLE_FLUSH_MS = 11_000;
/** A session flushes when it goes idle, but not within 1 s of its last flush. */
const FLUSH_INTERVAL_MS = 1_100;
const LONGEST_WAIT_MS = 12_000;
const POLL_MS = 200;

/**
 * PostgreSQL's counters per table, read fresh. They count attempted writes, those of rolled-back transactions too. For what was written
 * since a backup, they are read right after it: quiescence proves that nobody has written between its snapshot and BEGIN.
 */
export async function readWriteCounters(client: TargetClient): Promise<WriteCounters> {
	await client.query('select pg_catalog.pg_stat_clear_snapshot()');
	const { rows } = await client.query<Omit<WriteCounters, 'tables'>>(`
		select pg_catalog.pg_current_snapshot()::text as snapshot, stats_reset::text as "resetAt"
		  from pg_catalog.pg_stat_database where datname = pg_catalog.current_database()`);
	const [database] = rows;
	if (!database) throw new Error('the server has no statistics of this database');
	return { ...database, tables: await readTables(client, 'pg_stat_user_tables') };
}

/** What the current transaction of this connection has written so far. */
export async function readOwnWrites(client: TargetClient): Promise<OwnWrites> {
	return (await readTables(client, 'pg_stat_xact_user_tables')).filter((t) => t.inserted + t.updated + t.deleted > 0);
}

/** `file` is its pg_relation_filenode(), as decimal text. */
export type TouchedTable = { table: string; file: string };

/**
 * The tables that the current transaction of this connection may have written to, as `schema.table`: it holds the lock that writing
 * takes, or a stronger one, to its end. What it did inside a savepoint that was rolled back is not among them.
 */
export async function readTouched(client: TargetClient): Promise<TouchedTable[]> {
	const { rows } = await client.query<TouchedTable>(`
		select distinct pg_catalog.format('%I.%I', n.nspname, c.relname) as table, pg_catalog.pg_relation_filenode(c.oid)::text as file
		  from pg_catalog.pg_locks l join pg_catalog.pg_class c on c.oid = l.relation join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		 where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation'
		   and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
		   and l.mode in ('RowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock') and c.relkind in ('r', 'm') order by 1`);
	return rows;
}

/**
 * What the current transaction of this connection has locked against writers, as OIDs in decimal text. What it dropped is among them. So are the
 * sequences that it may have moved: nextval and setval take such a lock, which stays to its end, also where a savepoint was rolled back.
 * `isChanged`: the lock is one of those for making, altering and dropping, so that nobody else can move a sequence, and nobody sees it, before COMMIT.
 */
export async function readLockedRelations(client: TargetClient): Promise<{ oid: string; isChanged: boolean }[]> {
	const { rows } = await client.query<{ oid: string; isChanged: boolean }>(`
		select l.relation::text as oid, pg_catalog.bool_or(l.mode in ('ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')) as "isChanged"
		  from pg_catalog.pg_locks l
		 where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation' and l.mode not in ('AccessShareLock', 'RowShareLock')
		   and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
		 group by 1`);
	return rows;
}

/**
 * What others wrote between two readings, per table: the difference less `own`. A table that is gone by the second reading cannot
 * be counted. Throws when the statistics were reset in between (a crash does that too): then the number is unknown.
 */
export function writesBetween(before: WriteCounters, after: WriteCounters, own: OwnWrites = []): TableLoss[] {
	if (before.resetAt !== after.resetAt) throw new Error('the statistics of the target were reset, so writes cannot be counted');
	if (before.snapshot === after.snapshot) return [];
	const old = new Map(before.tables.map((t) => [t.oid, t]));
	const ours = new Map(own.map((t) => [t.oid, t]));
	return after.tables
		.map((now) => {
			const since = (key: 'inserted' | 'updated' | 'deleted') =>
				now[key] - (old.get(now.oid)?.[key] ?? 0) - (ours.get(now.oid)?.[key] ?? 0);
			return { table: now.table, inserted: since('inserted'), updated: since('updated'), deleted: since('deleted') };
		})
		.filter((t) => {
			if (Math.min(t.inserted, t.updated, t.deleted) >= 0) return t.inserted + t.updated + t.deleted > 0;
			throw new Error(`the statistics of ${t.table} went backwards, so writes cannot be counted`);
		});
}

/**
 * Waits until the counters hold what other sessions wrote before this call, and reads them. `settled` is false when 12 s did not
 * suffice: a session is still inside a statement or transaction, and what it committed before may be missing.
 *
 * A session sends its counters when it goes idle, but not within 1 s of the last time: then a timer sends them after 10 s of
 * idleness; at its end it always sends. So a session counts as sent when it has been idle for 10 s, or when it went idle at
 * least 1 s after this call began: either it sent then, or it had sent less than 1 s before, which was after our beginning.
 * A connection that cannot see others' states (no pg_read_all_stats) waits to the end and gets false.
 * When no transaction that wrote has ended since `since`, there is nothing to wait for. Outside a transaction only: inside, the
 * snapshot may stand still.
 */
export async function settleWriteCounters(client: TargetClient, since: WriteCounters): Promise<WriteCounters & { settled: boolean }> {
	await client.query('select pg_catalog.pg_stat_force_next_flush()');
	const started = performance.now();
	const { rows } = await client.query<{ at: string; snapshot: string }>(
		'select extract(epoch from pg_catalog.clock_timestamp())::text as at, pg_catalog.pg_current_snapshot()::text as snapshot',
	);
	const [begin] = rows;
	if (!begin) throw new Error('the server did not return the time');
	let settled = begin.snapshot === since.snapshot || !(await someMayHoldBack(client, begin.at));
	while (!settled && performance.now() - started < LONGEST_WAIT_MS) {
		await sleep(POLL_MS);
		settled = !(await someMayHoldBack(client, begin.at));
	}
	return { ...(await readWriteCounters(client)), settled };
}

/** `since`: seconds since 1970. A date as text would be read as the database writes dates. */
async function someMayHoldBack(client: TargetClient, since: string): Promise<boolean> {
	await client.query('select pg_catalog.pg_stat_clear_snapshot()');
	const { rows } = await client.query<{ unsettled: boolean }>(
		`select coalesce(pg_catalog.bool_or(
				state is null or state <> 'idle'
				or (state_change > pg_catalog.clock_timestamp() - $2 * interval '1 ms' and state_change < pg_catalog.to_timestamp($1::float8) + $3 * interval '1 ms')
			), false) as unsettled
		   from pg_catalog.pg_stat_activity
		  where datname = pg_catalog.current_database() and backend_type = 'client backend' and pid <> pg_catalog.pg_backend_pid()
			and backend_start < pg_catalog.to_timestamp($1::float8)
			-- Our own watching asks every second, and writes nothing.
			and not (usename = session_user and application_name like '${APPLICATION_PREFIX} watch %')`,
		[since, IDLE_FLUSH_MS, FLUSH_INTERVAL_MS],
	);
	return rows[0]?.unsettled ?? true;
}

async function readTables(client: TargetClient, view: 'pg_stat_user_tables' | 'pg_stat_xact_user_tables'): Promise<TableWrites[]> {
	const { rows } = await client.query<{ oid: string; table: string; inserted: string; updated: string; deleted: string }>(`
		select relid::text as oid, pg_catalog.format('%I.%I', schemaname, relname) as table,
		       n_tup_ins as inserted, n_tup_upd as updated, n_tup_del as deleted
		  from pg_catalog.${view} order by 2`);
	return rows.map((t) => ({ ...t, inserted: Number(t.inserted), updated: Number(t.updated), deleted: Number(t.deleted) }));
}
