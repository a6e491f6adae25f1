import { type CatalogFacts, keyOfMember, type MemberAsk, type MemberFacts } from '#lib/domain/bundle/catalog-facts.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';

/** An index counts as its table. A routine of that name anywhere in the search_path, unless the name has a schema. */
const MEMBERS = `
	select a.key, e.extname as extension, c.oid = any (coalesce(e.extconfig, '{}')) is true as "isDumped",
	       exists (select from pg_catalog.pg_roles where rolname = $2 and rolsuper) as "isGivenBack"
	  from pg_catalog.jsonb_to_recordset($1::jsonb) a (key text, "of" text, name text, args text[])
	 cross join lateral (select pg_catalog.parse_ident(a.name, false) as parts) w
	 cross join lateral (
		select 'pg_catalog.pg_class'::regclass as class, coalesce(i.indrelid, r.oid) as oid
		  from pg_catalog.pg_class r left join pg_catalog.pg_index i on i.indexrelid = r.oid
		 where a."of" = 'relation' and r.oid = pg_catalog.to_regclass(a.name)
		union all
		select 'pg_catalog.pg_type'::regclass, pg_catalog.to_regtype(a.name)::oid where a."of" = 'type'
		union all
		select 'pg_catalog.pg_proc'::regclass, p.oid from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
		 where a."of" = 'routine' and p.proname = w.parts[pg_catalog.cardinality(w.parts)]
		   and case pg_catalog.cardinality(w.parts) when 1 then pg_catalog.pg_function_is_visible(p.oid) else n.nspname = w.parts[1] end
		   and (a.args is null or pg_catalog.array_to_string(p.proargtypes::oid[], ' ') = coalesce((
				select pg_catalog.string_agg(pg_catalog.to_regtype(t)::oid::text, ' ' order by at) from pg_catalog.unnest(a.args) with ordinality x (t, at)), ''))
	) o
	  join pg_catalog.pg_depend d on d.classid = o.class and d.objid = o.oid and d.deptype = 'e' and d.refclassid = 'pg_catalog.pg_extension'::regclass
	  join pg_catalog.pg_extension e on e.oid = d.refobjid
	  left join pg_catalog.pg_class c on o.class = 'pg_catalog.pg_class'::regclass and c.oid = o.oid`;

/** Which of these belong to an extension, and what of them a restore with this login gives back. */
export async function readMembers(client: TargetClient, asks: MemberAsk[], restoreLogin: string): Promise<CatalogFacts['members']> {
	if (asks.length === 0) return {};
	const asked = JSON.stringify(asks.map((ask) => ({ key: keyOfMember(ask), ...ask })));
	const { rows } = await client.query<MemberFacts & { key: string }>(MEMBERS, [asked, restoreLogin]);
	return Object.fromEntries(rows.map(({ key, ...facts }) => [key, facts]));
}
