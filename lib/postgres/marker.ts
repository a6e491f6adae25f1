import type { TargetClient } from './connection/connect.ts';
import { SQLSTATE, sqlstateOf } from './connection/sqlstates.ts';

/** The row that a run writes into the target inside the change's own transaction: the truth about whether it committed. */
export type Marker = {
	runId: string;
	digest: string;
	fence: number;
	/** pg_current_xact_id() of the transaction that wrote it, as decimal text. */
	xid: string;
	/** The database's clock, as PostgreSQL's text. */
	at: string;
	/** Written by the worker that takes over, so that the run's own marker can never follow. */
	tombstone: boolean;
};

export type XactStatus = 'committed' | 'aborted' | 'in progress' | 'unknown';

/** Idempotent; `enroll` runs it. */
export const MARKER_SQL = `
create schema if not exists countersign;
create table if not exists countersign.marker (
	run_id uuid primary key,
	digest text not null,
	fence int not null,
	xid xid8 not null default pg_catalog.pg_current_xact_id(),
	at timestamptz not null default pg_catalog.clock_timestamp(),
	tombstone boolean not null default false
);`;

export type InsertMarkerInput = { runId: string; digest: string; fence: number; tombstone?: boolean };

/**
 * Writes the run's marker in the connection's current transaction. A second one for the same run is 23505
 * (unique_violation): the run was taken over. Returns the transaction's id.
 */
export async function insertMarker(
	client: TargetClient,
	{ runId, digest, fence, tombstone = false }: InsertMarkerInput,
): Promise<{ xid: string }> {
	const { rows } = await client.query<{ xid: string }>(
		'insert into countersign.marker (run_id, digest, fence, tombstone) values ($1, $2, $3, $4) returning xid::text',
		[runId, digest, fence, tombstone],
	);
	const [row] = rows;
	if (!row) throw new Error('the marker was not written: a rule or trigger on countersign.marker removed it');
	return row;
}

/**
 * Has the server write its log to disk as far as it has come, by a commit of its own. A transaction that is open elsewhere then keeps
 * its id through a crash: without this a crash forgets the id of one that nobody had to write down yet, and nobody could say any more
 * that it was aborted. Returns the id of that commit.
 */
export async function writeLogToDisk(client: TargetClient): Promise<string> {
	await client.query('set synchronous_commit = local');
	const { rows } = await client.query<{ xid: string }>(
		`select pg_catalog.pg_current_xact_id()::text as xid, pg_catalog.pg_logical_emit_message(true, 'countersign', '')`,
	);
	if (!rows[0]) throw new Error('the server did not write to its WAL');
	return rows[0].xid;
}

/** The run's marker as this connection sees it; null when there is none. */
export async function readMarker(client: TargetClient, runId: string): Promise<Marker | null> {
	const { rows } = await client.query<Marker>(
		`select run_id::text as "runId", digest, fence, xid::text, 
		        pg_catalog.to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, tombstone from countersign.marker where run_id = $1`,
		[runId],
	);
	return rows[0] ?? null;
}

/**
 * What became of a transaction. "in progress" right after a lost COMMIT is no failure: ask again.
 * `unknown`: too old for the server to know, or in the future (the cluster was restored to an earlier time).
 */
export async function xactStatus(client: TargetClient, xid: string): Promise<XactStatus> {
	try {
		const { rows } = await client.query<{ status: XactStatus | null }>('select pg_catalog.pg_xact_status($1::xid8) as status', [xid]);
		return rows[0]?.status ?? 'unknown';
	} catch (error) {
		if (sqlstateOf(error) === SQLSTATE.invalidParameterValue) return 'unknown';
		throw error;
	}
}
