import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TargetIdentity } from '#lib/domain/target/target.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { APPLICATION_PREFIX, type TargetClient } from '#lib/postgres/connection/connect.ts';
import { redact } from '#lib/redact.ts';

/** A session that would block our locks, or that our locks would block. */
export type Blocker = {
	kind: 'open write' | 'long transaction' | 'dump' | 'prepared transaction';
	/** Null for a prepared transaction: no session holds it. */
	pid: number | null;
	user: string;
	application: string;
	/** Since its transaction began. */
	ageMs: number;
	/** Redacted, and cut to 500 characters. */
	query: string;
	/** In a line, for people. */
	description: string;
};

/** A session that waits for a lock which another one holds or waits for. */
export type Waiter = { pid: number; user: string; application: string; waitedMs: number; query: string };

/** A session. A pid alone is used again by the system, so its start is part of it: `backend_start` in seconds since 1970, as decimal text: however a database writes dates. */
export type SessionKey = { pid: number; backendStart: string } | { applicationName: string };

const POLL_MS = 50;
const QUERY_CHARACTERS = 500;
/** What a line for people has room for. */
const BEGINNING_CHARACTERS = 80;
const TERMINATE_WITHIN_MS = 10_000;
const OTHERS = `datname = pg_catalog.current_database() and backend_type = 'client backend' and pid <> pg_catalog.pg_backend_pid()
	and application_name not like '${APPLICATION_PREFIX}%'`;

/**
 * Transactions older than `olderThanMs`, prepared transactions and running pg_dumps of this database, except our own connections; and
 * any that has written and can still commit it, except this run's own and autovacuum, which writes nothing of anybody's.
 * Needs pg_read_all_stats to see others' sessions.
 */
export async function findBlockers(
	client: TargetClient,
	{ olderThanMs, runId = '' }: { olderThanMs: number; runId?: string },
): Promise<Blocker[]> {
	const { rows } = await client.query<Omit<Blocker, 'description' | 'ageMs'> & { ageMs: string; since: string; state: string }>(
		`select case when backend_xid is not null then 'open write' when application_name = 'pg_dump' then 'dump' else 'long transaction' end as kind,
		        pid, coalesce(usename, '') as "user", application_name as application, query, ${milliseconds('xact_start')} as "ageMs",
		        ${clockTime('xact_start')} as since, coalesce(state, '') as state
		   from pg_catalog.pg_stat_activity
		  where (${OTHERS} and xact_start is not null
		    and (application_name = 'pg_dump' or xact_start < pg_catalog.clock_timestamp() - $1 * interval '1 ms'))
		     or (datname = pg_catalog.current_database() and backend_xid is not null and backend_type not like 'autovacuum%'
		    and pid <> pg_catalog.pg_backend_pid()
		    and not (application_name like '${APPLICATION_PREFIX} %' and pg_catalog.right(application_name, 36) = $2))
		 union all
		 select 'prepared transaction', null, owner, gid, '', ${milliseconds('prepared')}, ${clockTime('prepared')}, 'prepared'
		   from pg_catalog.pg_prepared_xacts where database = pg_catalog.current_database()
		 order by "ageMs" desc`,
		[olderThanMs, runId],
	);
	return rows.map(({ since, state, ...row }) => {
		const ageMs = Number(row.ageMs);
		const query = shown(row.query);
		const asks = query === '' ? '' : `: ${query.slice(0, BEGINNING_CHARACTERS)}${query.length > BEGINNING_CHARACTERS ? '…' : ''}`;
		const who =
			row.pid === null
				? `"${row.application}" of ${row.user}`
				: `pid ${row.pid} of ${row.user} (${row.application || 'no application name'})`;
		return {
			...row,
			ageMs,
			query,
			description: `${row.kind} ${who} for ${Math.round(ageMs / 1000)} s, since ${since} UTC, ${state}${asks}`,
		};
	});
}

/** How many sessions others have in this database. */
export async function countClientSessions(client: TargetClient): Promise<number> {
	const { rows } = await client.query<{ n: number }>(
		`select pg_catalog.count(*)::int as n from pg_catalog.pg_stat_activity where ${OTHERS}`,
	);
	return rows[0]?.n ?? 0;
}

/** Waits until pg_stat_activity no longer shows the session. False when it is still there after `timeoutMs`. */
export async function waitUntilGone(client: TargetClient, session: SessionKey, timeoutMs: number): Promise<boolean> {
	const [condition, values] =
		'pid' in session
			? ['pid = $1 and extract(epoch from backend_start) = $2::numeric', [session.pid, session.backendStart]]
			: ['application_name = $1 and pid <> pg_catalog.pg_backend_pid()', [session.applicationName]];
	const deadline = performance.now() + timeoutMs;
	for (;;) {
		const { rowCount } = await client.query(`select from pg_catalog.pg_stat_activity where ${condition}`, values);
		if (rowCount === 0) return true;
		if (performance.now() >= deadline) return false;
		await sleep(POLL_MS);
	}
}

/** Cancels what a backend is running. False when there is no such backend. A cancel hits the connection: discard it afterwards. */
export async function cancelBackend(client: TargetClient, pid: number): Promise<boolean> {
	const { rows } = await client.query<{ sent: boolean }>('select pg_catalog.pg_cancel_backend($1) as sent', [pid]);
	return rows[0]?.sent ?? false;
}

/** Ends a backend. False when there is no such backend. It is not gone yet: see `waitUntilGone`. */
export async function terminateBackend(client: TargetClient, pid: number): Promise<boolean> {
	const { rows } = await client.query<{ sent: boolean }>('select pg_catalog.pg_terminate_backend($1) as sent', [pid]);
	return rows[0]?.sent ?? false;
}

/**
 * Ends every other session of this login, in whichever database, whose application_name ends in the run's id, and waits until none
 * is left. Throws after 10 s.
 */
export async function terminateRunBackends(client: TargetClient, runId: string): Promise<void> {
	const deadline = performance.now() + TERMINATE_WITHIN_MS;
	for (;;) {
		const { rowCount } = await client.query(
			`select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
			  where usename = session_user and pid <> pg_catalog.pg_backend_pid()
			    and application_name like '${APPLICATION_PREFIX} %' and pg_catalog.right(application_name, pg_catalog.length($1)) = $1`,
			[runId],
		);
		if (rowCount === 0) return;
		if (performance.now() >= deadline)
			throw new Error(`${countWords(rowCount ?? 0, 'session')} of run ${runId} did not end within ${TERMINATE_WITHIN_MS / 1000} s`);
		await sleep(POLL_MS);
	}
}

/** Who waits for a lock behind this backend, and how long already, the longest first. */
export async function waitersBehind(client: TargetClient, pid: number): Promise<Waiter[]> {
	const { rows } = await client.query<Omit<Waiter, 'waitedMs'> & { waitedMs: string }>(
		`select a.pid, coalesce(a.usename, '') as "user", a.application_name as application, a.query,
		        coalesce(pg_catalog.max(${milliseconds('l.waitstart')}), 0) as "waitedMs"
		   from pg_catalog.pg_stat_activity a join pg_catalog.pg_locks l on l.pid = a.pid and not l.granted
		  where a.wait_event_type = 'Lock' and $1 = any (pg_catalog.pg_blocking_pids(a.pid))
		  group by 1, 2, 3, 4 order by 5 desc`,
		[pid],
	);
	return rows.map((row) => ({ ...row, waitedMs: Number(row.waitedMs), query: shown(row.query) }));
}

/**
 * Takes the target's run lock for as long as this connection lives; tries once, never waits. False: another session has it.
 * The client is in the maintenance database, where all consoles take it. The key is the first 8 bytes, as a signed integer, of the
 * SHA-256 of `countersign/run-lock/v1:<system identifier>:<database OID>`.
 */
export async function takeRunLock(client: TargetClient, { systemIdentifier, databaseOid }: TargetIdentity): Promise<boolean> {
	const digest = createHash('sha256').update(`countersign/run-lock/v1:${systemIdentifier}:${databaseOid}`).digest();
	const key = digest.readBigInt64BE(0).toString();
	const { rows } = await client.query<{ taken: boolean }>('select pg_catalog.pg_try_advisory_lock($1::bigint) as taken', [key]);
	return rows[0]?.taken ?? false;
}

function milliseconds(since: string): string {
	return `pg_catalog.floor(extract(epoch from pg_catalog.clock_timestamp() - ${since}) * 1000)::bigint`;
}

function clockTime(since: string): string {
	return `pg_catalog.to_char(${since} at time zone 'UTC', 'HH24:MI:SS')`;
}

function shown(query: string): string {
	return redact(query).slice(0, QUERY_CHARACTERS);
}
