import type { TargetClient } from '#lib/postgres/connection/connect.ts';

/** Something bound to this very database that neither a dump nor a copy of it brings back. */
export type Unrestorable = { kind: 'replication slot' | 'subscription' | 'prepared transaction' | 'user mapping'; name: string };

/**
 * Logical replication slots, subscriptions and prepared transactions of the database that the client is connected to. And, for the
 * client's login: user mappings whose options it is not shown (the conditions are those of pg_user_mappings), so that its dump lacks
 * them. One without any options looks the same to it. Ordered by kind and name.
 */
export async function findUnrestorable(client: TargetClient): Promise<Unrestorable[]> {
	const { rows } = await client.query<Unrestorable>(`
		select 'replication slot' as kind, slot_name::text as name from pg_catalog.pg_replication_slots where database = pg_catalog.current_database()
		union all
		select 'subscription', subname from pg_catalog.pg_subscription
		 where subdbid = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
		union all
		select 'prepared transaction', gid from pg_catalog.pg_prepared_xacts where database = pg_catalog.current_database()
		union all
		select 'user mapping', pg_catalog.format('of %s on %s', m.usename, m.srvname)
		  from pg_catalog.pg_user_mappings m join pg_catalog.pg_foreign_server s on s.oid = m.srvid
		 where m.umoptions is null and not (select rolsuper from pg_catalog.pg_roles where rolname = current_user)
		   and not (m.umuser = 0 and pg_catalog.pg_has_role(s.srvowner, 'usage'))
		   and not (m.umuser <> 0 and m.usename = current_user
				and (pg_catalog.pg_has_role(s.srvowner, 'usage') or pg_catalog.has_server_privilege(m.srvid, 'usage')))
		 order by 1, 2`);
	return rows;
}
