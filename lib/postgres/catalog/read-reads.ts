import type { CatalogFacts } from '#lib/domain/bundle/catalog-facts.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { lockedWith } from './locked-with-sql.ts';

/** Of the relations that are named, which ones each of them reads: a view what is in its query, a table its partitions and children. */
export async function readReads(client: TargetClient, names: string[]): Promise<CatalogFacts['reads']> {
	if (names.length < 2) return {};
	const { rows } = await client.query<{ name: string; reads: string }>(
		`with recursive asked as (
			select a.name, pg_catalog.to_regclass(a.name)::oid as oid from pg_catalog.unnest($1::text[]) a (name)
		), reached (name, oid) as (
			select name, oid from asked where oid is not null
			union
			select r.name, further.oid from reached r cross join lateral (
				${lockedWith('r.oid')}
			) further
		)
		select r.name, pg_catalog.jsonb_agg(a.name)::text as reads
		from reached r join asked a on a.oid = r.oid and a.oid is distinct from pg_catalog.to_regclass(r.name)::oid
		group by r.name`,
		[names],
	);
	return Object.fromEntries(rows.map(({ name, reads }) => [name, JSON.parse(reads) as string[]]));
}
