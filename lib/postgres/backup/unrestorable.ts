import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { findSuperusersThings, type SuperusersThing } from './superusers-things.ts';

/** Something that neither a dump nor a copy of the database brings back, or that the restore login may not. */
export type Unrestorable =
	| {
			kind:
				| 'replication slot'
				| 'subscription'
				| 'prepared transaction'
				| 'user mapping'
				| 'object among those of PostgreSQL'
				| 'extension in a version that the server has no more'
				| 'index that is not valid'
				| 'foreign key whose triggers are turned off'
				| 'foreign key that a partition names otherwise than its parent'
				| 'partition whose detaching was interrupted'
				| 'table whose inherited columns do not come first'
				| 'security label of what PostgreSQL made';
			name: string;
	  }
	| SuperusersThing;

/** What people made in pg_catalog and information_schema, which pg_dump takes for PostgreSQL's own. */
const AMONG_ITS_OWN = `select 'pg_catalog.pg_class'::regclass as class, oid from pg_catalog.pg_class
	 where relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c') and relnamespace in (select oid from own)
	union all select 'pg_catalog.pg_proc'::regclass, oid from pg_catalog.pg_proc where pronamespace in (select oid from own)
	union all select 'pg_catalog.pg_type'::regclass, oid from pg_catalog.pg_type where typtype in ('b', 'd', 'e', 'r') and typcategory <> 'A' and typnamespace in (select oid from own)
	union all select 'pg_catalog.pg_operator'::regclass, oid from pg_catalog.pg_operator where oprnamespace in (select oid from own)
	union all select 'pg_catalog.pg_collation'::regclass, oid from pg_catalog.pg_collation where collnamespace in (select oid from own)
	union all select 'pg_catalog.pg_ts_config'::regclass, oid from pg_catalog.pg_ts_config where cfgnamespace in (select oid from own)
	union all select 'pg_catalog.pg_ts_dict'::regclass, oid from pg_catalog.pg_ts_dict where dictnamespace in (select oid from own)`;

const named = (oid: string) =>
	`(select pg_catalog.format('%I.%I', n.nspname, r.relname) from pg_catalog.pg_class r join pg_catalog.pg_namespace n on n.oid = r.relnamespace where r.oid = ${oid})`;

/** What pg_dump leaves out, or writes otherwise. Partitions keep the order of their columns. */
const LEFT_OUT = `select 'index that is not valid' as kind, ${named('i.indexrelid')} as name from pg_catalog.pg_index i join pg_catalog.pg_class t on t.oid = i.indrelid
	 where not (i.indisready and i.indisvalid) and t.relkind in ('r', 'm') and t.relpersistence <> 't'
	union all
	select 'foreign key whose triggers are turned off', pg_catalog.format('%I on %s', k.conname, ${named('k.conrelid')}) from pg_catalog.pg_constraint k
	 where k.contype = 'f' and exists (select from pg_catalog.pg_trigger t where t.tgconstraint = k.oid and t.tgenabled <> 'O')
	union all
	select 'foreign key that a partition names otherwise than its parent', pg_catalog.format('%I on %s', k.conname, ${named('k.conrelid')})
	  from pg_catalog.pg_constraint k join pg_catalog.pg_constraint above on above.oid = k.conparentid
	 where k.contype = 'f' and k.conrelid <> above.conrelid and k.conname <> above.conname
	union all
	select 'security label of what PostgreSQL made', pg_catalog.format('%s %s by %s', i.type, i.identity, l.provider)
	  from pg_catalog.pg_seclabel l cross join lateral pg_catalog.pg_identify_object(l.classoid, l.objoid, l.objsubid) i
	 where l.objoid < 12000 and l.objoid <> 2200 and l.classoid <> 'pg_catalog.pg_largeobject'::regclass
	union all
	select 'partition whose detaching was interrupted', ${named('inhrelid')} from pg_catalog.pg_inherits where inhdetachpending
	union all
	select 'table whose inherited columns do not come first', ${named('c.oid')} from pg_catalog.pg_class c
	 where c.relkind in ('r', 'f') and not c.relispartition and exists (select from pg_catalog.pg_inherits i where i.inhrelid = c.oid)
	   and (select pg_catalog.array_agg(a.attname order by a.attnum) from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)
	   <> (select pg_catalog.array_agg(o.attname order by o.at) from (select a.attname, coalesce((
				select pg_catalog.min(array[i.inhseqno, p.attnum]) from pg_catalog.pg_inherits i join pg_catalog.pg_attribute p on p.attrelid = i.inhparent
				 where i.inhrelid = c.oid and p.attname = a.attname and p.attnum > 0 and not p.attisdropped), array[32767, a.attnum]) as at
			from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) o)`;

/**
 * Logical replication slots, subscriptions and prepared transactions of the database that the client is connected to. And, for the
 * client's login: user mappings whose options it is not shown (the conditions are those of pg_user_mappings), so that its dump lacks
 * them. One without any options looks the same to it. What pg_dump leaves out, but for rows (see extension-rows.ts). Then what only a superuser gives back, when the restore login is none. Each ordered
 * by kind and name.
 */
export async function findUnrestorable(client: TargetClient, restoreLogin: string): Promise<Unrestorable[]> {
	const { rows } = await client.query<Unrestorable>(`
		with own as (select oid from pg_catalog.pg_namespace where nspname in ('pg_catalog', 'information_schema'))
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
		union all
		select 'extension in a version that the server has no more', pg_catalog.concat_ws(' ', e.extname, e.extversion) from pg_catalog.pg_extension e
		 where e.oid >= 16384 and not exists (select from pg_catalog.pg_available_extension_versions v where v.name = e.extname and v.version = e.extversion)
		union all
		select 'object among those of PostgreSQL', pg_catalog.concat_ws(' ', i.type, i.identity)
		  from (${AMONG_ITS_OWN}) o cross join lateral pg_catalog.pg_identify_object(o.class, o.oid, 0) i
		 where o.oid >= 16384 and not exists (select from pg_catalog.pg_depend d where d.classid = o.class and d.objid = o.oid and d.deptype = 'e')
		   -- information_schema may have been made anew: a new database has the same.
		   and not exists (select from own where i.schema = 'information_schema' and own.oid >= 16384)
		union all ${LEFT_OUT}
		 order by 1, 2`);
	return [...rows, ...(await findSuperusersThings(client, restoreLogin))];
}
