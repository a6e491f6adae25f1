import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { canBecome, GRANTORS } from './needed-roles.ts';

/** Something that only a superuser could give to a new database. `kind` and `name` in words. */
export type SuperusersThing = { kind: string; name: string };

/** What is owned, by its address. Members of extensions come with those. */
const OWNED = `select 'pg_catalog.pg_namespace'::regclass as class, oid, nspowner as owner from pg_catalog.pg_namespace where nspname !~ '^pg_'
	union all select 'pg_catalog.pg_class'::regclass, oid, relowner from pg_catalog.pg_class where relkind in ('r', 'p', 'v', 'm', 'f', 'S') and relpersistence <> 't'
	union all select 'pg_catalog.pg_proc'::regclass, oid, proowner from pg_catalog.pg_proc
	union all select 'pg_catalog.pg_type'::regclass, oid, typowner from pg_catalog.pg_type where typtype in ('e', 'd', 'r')
	union all select 'pg_catalog.pg_operator'::regclass, oid, oprowner from pg_catalog.pg_operator
	union all select 'pg_catalog.pg_collation'::regclass, oid, collowner from pg_catalog.pg_collation
	union all select 'pg_catalog.pg_conversion'::regclass, oid, conowner from pg_catalog.pg_conversion
	union all select 'pg_catalog.pg_ts_config'::regclass, oid, cfgowner from pg_catalog.pg_ts_config
	union all select 'pg_catalog.pg_ts_dict'::regclass, oid, dictowner from pg_catalog.pg_ts_dict
	union all select 'pg_catalog.pg_foreign_server'::regclass, oid, srvowner from pg_catalog.pg_foreign_server
	union all select 'pg_catalog.pg_publication'::regclass, oid, pubowner from pg_catalog.pg_publication
	union all select 'pg_catalog.pg_statistic_ext'::regclass, oid, stxowner from pg_catalog.pg_statistic_ext
	union all select 'pg_catalog.pg_default_acl'::regclass, oid, defaclrole from pg_catalog.pg_default_acl
	union all select 'pg_catalog.pg_largeobject'::regclass, oid, lomowner from pg_catalog.pg_largeobject_metadata`;

/** What nobody else may make, whoever owns it then. */
const MADE_BY_SUPERUSERS = `select 'pg_catalog.pg_event_trigger'::regclass as class, oid from pg_catalog.pg_event_trigger
	union all select 'pg_catalog.pg_foreign_data_wrapper'::regclass, oid from pg_catalog.pg_foreign_data_wrapper
	union all select 'pg_catalog.pg_language'::regclass, oid from pg_catalog.pg_language
	union all select 'pg_catalog.pg_am'::regclass, oid from pg_catalog.pg_am
	union all select 'pg_catalog.pg_opclass'::regclass, oid from pg_catalog.pg_opclass
	union all select 'pg_catalog.pg_ts_parser'::regclass, oid from pg_catalog.pg_ts_parser
	union all select 'pg_catalog.pg_ts_template'::regclass, oid from pg_catalog.pg_ts_template
	union all select 'pg_catalog.pg_cast'::regclass, oid from pg_catalog.pg_cast where castmethod = 'b'
	union all select 'pg_catalog.pg_type'::regclass, oid from pg_catalog.pg_type t where typtype = 'b' and not exists (select from pg_catalog.pg_type e where e.typarray = t.oid)
	union all select 'pg_catalog.pg_proc'::regclass, oid from pg_catalog.pg_proc where proleakproof or prolang in (12, 13)
	union all select 'pg_catalog.pg_publication'::regclass, oid from pg_catalog.pg_publication p
		where puballtables or exists (select from pg_catalog.pg_publication_namespace n where n.pnpubid = p.oid)`;

/** In which schema each owner has something: only a superuser may give it to one who may not create there. */
const PLACES = `select 'pg_catalog.pg_class'::regclass as class, oid, relnamespace as place, relowner as owner from pg_catalog.pg_class where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
	union all select 'pg_catalog.pg_proc'::regclass, oid, pronamespace, proowner from pg_catalog.pg_proc
	union all select 'pg_catalog.pg_type'::regclass, oid, typnamespace, typowner from pg_catalog.pg_type where typtype in ('e', 'd', 'r')`;

const inOrder = (list: string) => `(select pg_catalog.array_agg(x::text order by x::text) from pg_catalog.unnest(${list}) x)`;

/**
 * Privileges on what initdb or an extension made, other than those it came with: its owner is a superuser. Those that information_schema
 * came with are written nowhere; there only what is given to a role shows.
 */
const PRIVILEGES = `select 'pg_catalog.pg_class'::regclass as class, oid, 0 as sub, relacl as list, acldefault('r', relowner) as usual from pg_catalog.pg_class where relkind in ('r', 'v', 'm', 'f')
	union all select 'pg_catalog.pg_class'::regclass, attrelid, attnum, attacl, '{}' from pg_catalog.pg_attribute where attacl is not null
	union all select 'pg_catalog.pg_proc'::regclass, oid, 0, proacl, acldefault('f', proowner) from pg_catalog.pg_proc
	union all select 'pg_catalog.pg_type'::regclass, oid, 0, typacl, acldefault('T', typowner) from pg_catalog.pg_type where typacl is not null
	union all select 'pg_catalog.pg_language'::regclass, oid, 0, lanacl, acldefault('l', lanowner) from pg_catalog.pg_language
	union all select 'pg_catalog.pg_foreign_data_wrapper'::regclass, oid, 0, fdwacl, acldefault('F', fdwowner) from pg_catalog.pg_foreign_data_wrapper
	union all select 'pg_catalog.pg_namespace'::regclass, oid, 0, nspacl, acldefault('n', nspowner) from pg_catalog.pg_namespace where oid <> 2200`;

/**
 * What the restore login, being no superuser, could not give back to a new database; nothing when it is one. By kind and name, at most 50.
 * Any login may ask. `role` and `session_authorization` are settings of anybody, which pg_settings does not list.
 */
export async function findSuperusersThings(client: TargetClient, restoreLogin: string): Promise<SuperusersThing[]> {
	const { rows } = await client.query<SuperusersThing>(
		`with login as materialized (select oid from pg_catalog.pg_roles where rolname = $1::name and not rolsuper),
		member as materialized (select classid, objid from pg_catalog.pg_depend where deptype = 'e' and refclassid = 'pg_catalog.pg_extension'::regclass),
		stranger as materialized (select r.oid, r.rolname from pg_catalog.pg_roles r cross join login l where r.rolname !~ '^pg_' and not ${canBecome('l.oid', 'r.oid')})
		select 'object of a role that it cannot become' as kind, pg_catalog.concat_ws(' ', i.type, i.identity, 'of', s.rolname) as name
		  from (${OWNED}) o join stranger s on s.oid = o.owner cross join lateral pg_catalog.pg_identify_object(o.class, o.oid, 0) i
		 where (o.oid >= 16384 or o.class = 'pg_catalog.pg_largeobject'::regclass) and (o.class, o.oid) not in (select classid, objid from member) and coalesce(i.schema, '') !~ '^pg_'
		union all
		select distinct 'role that it cannot become', s.rolname from (${GRANTORS}) g join stranger s on s.oid = g.grantor
		union all
		select distinct 'owner that may not create in its schema', pg_catalog.format('%I in %I', s.rolname, n.nspname)
		  from login cross join (${PLACES}) o join pg_catalog.pg_roles s on s.oid = o.owner join pg_catalog.pg_namespace n on n.oid = o.place
		 where o.oid >= 16384 and (o.class, o.oid) not in (select classid, objid from member) and n.nspname !~ '^pg_'
			and not pg_catalog.has_schema_privilege(o.owner, o.place, 'CREATE')
		union all
		select 'object that only a superuser makes', pg_catalog.concat_ws(' ', i.type, i.identity)
		  from login cross join (${MADE_BY_SUPERUSERS}) o cross join lateral pg_catalog.pg_identify_object(o.class, o.oid, 0) i
		 where o.oid >= 16384 and (o.class, o.oid) not in (select classid, objid from member)
		union all
		select 'extension that only a superuser makes', e.extname from login cross join pg_catalog.pg_extension e
		  join pg_catalog.pg_available_extension_versions v on v.name = e.extname and v.version = e.extversion where e.oid >= 16384 and v.superuser and not v.trusted
			-- The list of versions is read from the server's disk: not where there is nothing to look up.
			and exists (select from pg_catalog.pg_extension where oid >= 16384)
		union all
		select 'privileges that only a superuser gives', pg_catalog.concat_ws(' ', i.type, i.identity)
		  from login cross join (${PRIVILEGES}) p left join pg_catalog.pg_init_privs b on b.classoid = p.class and b.objoid = p.oid and b.objsubid = p.sub
			cross join lateral pg_catalog.pg_identify_object(p.class, p.oid, p.sub) i
		 where (p.list is not null or b.initprivs is not null) and (p.oid < 16384 or (p.class, p.oid) in (select classid, objid from member))
			and (coalesce(i.schema, i.name) is distinct from 'information_schema' or exists (select from pg_catalog.aclexplode(p.list) x where x.grantee not in (0, 10)))
			and ${inOrder('coalesce(p.list, p.usual)')} is distinct from ${inOrder('coalesce(b.initprivs, p.usual)')}
		union all
		select distinct 'tablespace that it may not use', t.spcname from login l cross join pg_catalog.pg_tablespace t
		 where t.oid in (select reltablespace from pg_catalog.pg_class where oid >= 16384) and not pg_catalog.has_tablespace_privilege(l.oid, t.oid, 'CREATE')
		union all
		select distinct 'setting that only a superuser gives', given.name from login l cross join pg_catalog.pg_db_role_setting s
			cross join lateral (select pg_catalog.split_part(c, '=', 1) as name from pg_catalog.unnest(s.setconfig) c) given
		 where s.setdatabase = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
			and given.name not in (select name from pg_catalog.pg_settings where context = 'user') and given.name not in ('role', 'session_authorization')
			and not pg_catalog.has_parameter_privilege(case when s.setrole = 0 then l.oid else s.setrole end, given.name, 'SET')
		union all
		select 'part of PostgreSQL that was dropped', part from login cross join (values ('schema information_schema'), ('extension plpgsql')) parts (part)
		 where not exists (select from pg_catalog.pg_namespace where part = 'schema ' || nspname)
			and not exists (select from pg_catalog.pg_extension where part = 'extension ' || extname and oid < 16384)
		order by 1, 2 limit 50`,
		[restoreLogin],
	);
	return rows;
}
