import type { TargetIdentity } from '#lib/domain/target/target.ts';
import type { TargetClient } from './connect.ts';

/** Which database this connection is in, whatever host and name it was reached by. A copy restored beside has another OID. */
export async function readIdentity(client: TargetClient): Promise<TargetIdentity> {
	const { rows } = await client.query<TargetIdentity>(`
		select c.system_identifier::text as "systemIdentifier", d.oid::text as "databaseOid"
		  from pg_catalog.pg_control_system() c, pg_catalog.pg_database d
		 where d.datname = pg_catalog.current_database()`);
	const [identity] = rows;
	if (!identity) throw new Error('the server did not return the identity of the database');
	return identity;
}

/** Which server answers, so far as a failover changes it. A restart changes none of it. */
export type ServerState = {
	systemIdentifier: string;
	/** Null while it is a standby: it follows another's. */
	timeline: number | null;
};

/** Who answers now under the target's name. The timeline is the log's own: the control file has it only after a checkpoint. */
export async function readServerState(client: TargetClient): Promise<ServerState> {
	const { rows } = await client.query<ServerState>(`
		select c.system_identifier::text as "systemIdentifier",
		       case when not pg_catalog.pg_is_in_recovery()
		            then ('x' || pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8))::pg_catalog.bit(32)::int end as timeline
		  from pg_catalog.pg_control_system() c`);
	const [state] = rows;
	if (!state) throw new Error('the server did not return its identity');
	return state;
}

/** Which database of which server, so far as neither a failover nor a restore has come between. */
export type ServerIdentity = TargetIdentity & ServerState;

export async function readServerIdentity(client: TargetClient): Promise<ServerIdentity> {
	return { ...(await readIdentity(client)), ...(await readServerState(client)) };
}
