import type { TargetIdentity } from '#lib/domain/target.ts';
import type { TargetClient } from './connect.ts';

/** Which database this connection is in, whatever host and name it was reached by. A copy restored beside has another OID. */
export async function readIdentity(client: TargetClient): Promise<TargetIdentity> {
	const { rows } = await client.query<TargetIdentity>(`
		select c.system_identifier::text as "systemIdentifier", d.oid::text as "databaseOid"
		  from pg_catalog.pg_control_system() c, pg_catalog.pg_database d
		 where d.datname = pg_catalog.current_database()`);
	const [identity] = rows;
	if (!identity) throw new Error('the server did not say which database this is');
	return identity;
}
