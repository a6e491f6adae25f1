/**
 * The beginning of a query: what is asked ($1, as `FallsAsk` with an id and `part` for the column), `falls` with a DROP as PostgreSQL follows pg_depend, and the
 * tables that a TRUNCATE or a DELETE empties along the foreign keys. Without CASCADE only what goes by itself falls: partitions, what is owned.
 */
export const FALLING_SQL = `
	with recursive asked as (
		select * from pg_catalog.jsonb_to_recordset($1::jsonb) a (id int, by text, noun text, name text, part text)
	), start as (
		select a.id, a.by, o.classid, o.objid, o.objsubid from asked a cross join lateral (
			select 'pg_catalog.pg_class'::regclass::oid as classid, c.oid as objid, 0 as objsubid from pg_catalog.pg_class c
			where a.noun in ('table', 'foreign table', 'view', 'materialized view', 'sequence', 'index') and c.oid = pg_catalog.to_regclass(a.name)
			union all
			select 'pg_catalog.pg_class'::regclass, t.attrelid, t.attnum from pg_catalog.pg_attribute t
			where a.noun = 'column' and t.attrelid = pg_catalog.to_regclass(a.name) and t.attname = a.part and not t.attisdropped
			union all
			select 'pg_catalog.pg_constraint'::regclass, k.oid, 0 from pg_catalog.pg_constraint k
			where a.noun = 'constraint' and k.conrelid = pg_catalog.to_regclass(a.name) and k.conname = a.part
			union all
			select 'pg_catalog.pg_namespace'::regclass, n.oid, 0 from pg_catalog.pg_namespace n
			where a.noun = 'schema' and n.oid = case a.noun when 'schema' then pg_catalog.to_regnamespace(a.name) end
			union all
			select 'pg_catalog.pg_type'::regclass, y.oid, 0 from pg_catalog.pg_type y
			where y.oid = case when a.noun in ('type', 'domain') then pg_catalog.to_regtype(a.name) end
			union all
			select 'pg_catalog.pg_extension'::regclass, e.oid, 0 from pg_catalog.pg_extension e
			where a.noun = 'extension' and e.extname = (pg_catalog.parse_ident(a.name))[1]
			union all
			select 'pg_catalog.pg_proc'::regclass, p.oid, 0 from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
			where a.noun in ('function', 'procedure', 'routine', 'aggregate')
			  and array[n.nspname::text, p.proname::text] @> pg_catalog.parse_ident(a.name)
			  and p.proname = (pg_catalog.parse_ident(a.name))[pg_catalog.cardinality(pg_catalog.parse_ident(a.name))]
		) o
	), falls (id, by, classid, objid, objsubid) as (
		select * from start where by in ('drop', 'drop_cascade')
		union
		select f.id, f.by, d.classid, d.objid, d.objsubid from falls f cross join lateral (
			select d.classid, d.objid, d.objsubid from pg_catalog.pg_depend d
			where d.refclassid = f.classid and d.refobjid = f.objid and (f.objsubid = 0 or d.refobjsubid = f.objsubid)
			  and (f.by = 'drop_cascade' or d.deptype in ('a', 'i', 'P', 'S', 'e'))
			union all
			select d.refclassid, d.refobjid, d.refobjsubid from pg_catalog.pg_depend d
			where d.classid = f.classid and d.objid = f.objid and (f.objsubid = 0 or d.objsubid = f.objsubid) and d.deptype = 'i'
		) d
	), emptied (id, by, relation) as (
		select id, by, objid from start where by not in ('drop', 'drop_cascade')
		union
		select e.id, e.by, r.relation from emptied e cross join lateral (
			select i.inhrelid as relation from pg_catalog.pg_inherits i where i.inhparent = e.relation
			union all
			select k.conrelid from pg_catalog.pg_constraint k where k.contype = 'f' and k.confrelid = e.relation
			  and (e.by = 'truncate_cascade' or (e.by = 'delete' and k.confdeltype = 'c'))
		) r
	)`;
