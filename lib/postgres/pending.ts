import type { TargetClient } from './connection/connect.ts';
import { SQLSTATE, sqlstateOf } from './connection/sqlstates.ts';
import { wordsFor } from './connection/target-encoding.ts';

/**
 * The row that says in the target: this run has committed here and has not ended. Its people may still decide to restore, which would
 * wipe what anybody changes meanwhile. It is written in the change's own transaction, so it is there exactly when the change is.
 */
export type PendingDecision = {
	runId: string;
	/** Where people find its console. */
	console: string;
	/** As people say it: CHG-12. */
	change: string;
	operator: string;
	/** The database's clock: ISO 8601, UTC. */
	at: string;
};

/** Idempotent; `enroll` runs it. No more than one row at a time, whatever any console does. */
export const PENDING_SQL = `
create table if not exists countersign.pending (
	run_id uuid primary key,
	console text not null,
	change text not null,
	operator text not null,
	at timestamptz not null default pg_catalog.clock_timestamp(),
	alone boolean not null default true unique check (alone)
);`;

/** The SQL with which a person removes the row when the run is settled elsewhere. */
export function removePendingSql(runId: string): string {
	return `delete from countersign.pending where run_id = '${runId}';`;
}

/** The one decision that is pending on this database; null when there is none. The table must be there (`canTellPending`). */
export async function readPending(client: TargetClient): Promise<PendingDecision | null> {
	const { rows } = await client.query<PendingDecision>(`
		select run_id::text as "runId", console, change, operator,
		       pg_catalog.to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at from countersign.pending`);
	return rows[0] ?? null;
}

/** In the connection's current transaction. While another run's row is there it is 23505; while one is about to be, it waits. */
export async function insertPending(client: TargetClient, pending: Omit<PendingDecision, 'at'>): Promise<void> {
	const { runId } = pending;
	const [console, change, operator] = await wordsFor(client, [pending.console, pending.change, pending.operator]);
	const sql = 'insert into countersign.pending (run_id, console, change, operator) values ($1, $2, $3, $4)';
	const { rowCount } = await client.query(sql, [runId, console, change, operator]);
	if (rowCount !== 1) throw new Error('the pending decision was not written: a rule or trigger on countersign.pending removed it');
}

/** A missing row is not an error. */
export async function deletePending(client: TargetClient, runId: string): Promise<void> {
	await client.query('delete from countersign.pending where run_id = $1', [runId]);
}

const LACKS: readonly (string | null)[] = [SQLSTATE.undefinedTable, SQLSTATE.invalidSchemaName, SQLSTATE.insufficientPrivilege];

/** Whether this login has all that it takes to say and to see that a decision is pending. Not so where an earlier version has enrolled the target. */
export async function canTellPending(client: TargetClient): Promise<boolean> {
	try {
		const { rows } = await client.query<{ can: boolean }>(`
			select pg_catalog.bool_and(pg_catalog.has_table_privilege('countersign.pending', privilege)) as can
			  from pg_catalog.unnest(array['select', 'insert', 'delete']) privilege`);
		return rows[0]?.can ?? false;
	} catch (error) {
		if (LACKS.includes(sqlstateOf(error))) return false;
		throw error;
	}
}
