/**
 * SQL: the relations that PostgreSQL locks with the relation `oid`: partitions and children of a table, and what the query of a view reads.
 * `whichParents`: a condition on the pg_class `p` of a parent.
 */
export const lockedWith = (oid: string, whichParents = 'true') => `
	select i.inhrelid as oid from pg_catalog.pg_inherits i join pg_catalog.pg_class p on p.oid = i.inhparent
	where i.inhparent = ${oid} and (${whichParents})
	union all
	select d.refobjid from pg_catalog.pg_rewrite w
	join pg_catalog.pg_class v on v.oid = w.ev_class and v.relkind = 'v'
	join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid
		and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid <> w.ev_class
	where w.ev_class = ${oid}`;
