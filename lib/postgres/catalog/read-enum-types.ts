import type { TargetClient } from '#lib/postgres/connection/connect.ts';

type Asked = { enums: string[]; relations: string[]; functions: string[] };
type Found = { types: string[]; relations: { name: string; columns: { name: string; holds: boolean }[] }[]; functions: string[] };

/** From a type to those that hold it: domains, arrays, composites and rows of tables, ranges. */
const HOLDS = `select typbasetype as part, oid as whole from pg_catalog.pg_type where typbasetype <> 0
	union all select oid, typarray from pg_catalog.pg_type where typarray <> 0
	union all select a.atttypid, c.reltype from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
		where c.reltype <> 0 and a.attnum > 0 and not a.attisdropped
	union all select rngsubtype, rngtypid from pg_catalog.pg_range
	union all select rngsubtype, rngmultitypid from pg_catalog.pg_range`;
/** Such an argument is of whatever type the others are. */
const POLYMORPHIC = `select oid from pg_catalog.pg_type where typtype = 'p' and typname ~ '^any' and typname <> 'any'`;

/** Where the database holds values of these enum types, among the relations and functions that are named. All by names without schemas. */
export async function readEnumTypes(client: TargetClient, { enums, relations, functions }: Asked): Promise<Found> {
	const { rows } = await client.query<{ found: string }>(
		`with recursive edge as materialized (${HOLDS}), holding (oid) as (
			select oid from pg_catalog.pg_type where typtype = 'e' and typname = any ($1)
			union select edge.whole from holding join edge on edge.part = holding.oid)
		select json_build_object(
			'types', (select coalesce(json_agg(distinct t.typname), '[]') from holding h join pg_catalog.pg_type t on t.oid = h.oid),
			'relations', (select coalesce(json_agg(json_build_object('name', c.relname, 'columns', (
				select coalesce(json_agg(json_build_object('name', a.attname, 'holds', a.atttypid in (select oid from holding)) order by a.attnum), '[]')
				from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped))), '[]')
				from pg_catalog.pg_class c where c.relname = any ($2) and c.relkind in ('r', 'p', 'v', 'm', 'f')),
			'functions', (select coalesce(json_agg(distinct p.proname), '[]') from pg_catalog.pg_proc p where p.proname = any ($3) and exists (
				select from pg_catalog.unnest(p.proargtypes) t where t in (select oid from holding) or t in (${POLYMORPHIC})))) as found`,
		[enums, relations, functions],
	);
	if (!rows[0]) throw new Error('the server did not say which types there are');
	return JSON.parse(rows[0].found) as Found;
}
