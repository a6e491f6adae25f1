import { type Falls, type FallsAsk, type Impact, keyOfAsk, type RelationSize } from '#lib/domain/impact.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { answerWithin, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';

type Ask = { relations: string[]; falls: FallsAsk[] };
type Answer = Omit<Extract<Impact, { measured: true }>, 'measured' | 'at'>;

/** What is said about one thing by name; more are counted. */
const NAMES_SHOWN = 20;
/** A table that somebody has locked exclusively is not waited for. */
const LOCK_TIMEOUT_MS = 250;

/**
 * How large relations are and what would fall with others, from the target's catalog. Reads only, as the backup login, without waiting for
 * anybody's locks; each of the two questions may take `timeoutMs`. Throws when the target does not answer in that time.
 */
export async function readImpact(target: Target, { relations, falls }: Ask, { timeoutMs }: { timeoutMs: number }): Promise<Answer> {
	const place = { target, login: 'backup', applicationName: 'countersign reading', signal: answerWithin(timeoutMs) } as const;
	return withTarget(place, async (client) => {
		await startReading(client, { timeoutMs });
		return { sizes: await readSizes(client, relations), falls: await readFalls(client, falls) };
	});
}

/** Makes a session one that only reads, and waits for nobody's locks. */
export async function startReading(client: TargetClient, { timeoutMs }: { timeoutMs: number }): Promise<void> {
	await client.query(
		`set default_transaction_read_only = on; set jit = off; set lock_timeout = ${LOCK_TIMEOUT_MS}; set statement_timeout = ${timeoutMs}`,
	);
}

/** By name; null where the target has none of it now. */
export async function readSizes(client: TargetClient, names: string[]): Promise<Record<string, RelationSize | null>> {
	const { rows } = await client.query<{ name: string; rows: string | null; bytes: string | null }>(SIZES_SQL, [names]);
	return Object.fromEntries(
		rows.map(({ name, rows: count, bytes }) => [name, bytes === null ? null : { rows: Number(count), bytes: Number(bytes) }]),
	);
}

/** A table that was never analyzed has no reltuples yet; the counters know about it. */
const SIZES_SQL = `
	with recursive asked as (
		select a.name, pg_catalog.to_regclass(a.name)::oid as root from pg_catalog.unnest($1::text[]) a (name)
	), tree (root, relation) as (
		select root, root from asked where root is not null
		union
		select t.root, i.inhrelid from tree t join pg_catalog.pg_inherits i on i.inhparent = t.relation
	)
	select a.name, size.rows::text as rows, size.bytes::text as bytes
	from asked a left join lateral (
		select pg_catalog.round(sum(case when c.relkind = 'p' then 0 when c.reltuples < 0 then pg_catalog.pg_stat_get_live_tuples(c.oid)
		                                 else c.reltuples end)::numeric) as rows,
		       sum(pg_catalog.pg_total_relation_size(c.oid)) as bytes
		from tree t join pg_catalog.pg_class c on c.oid = t.relation where t.root = a.root
	) size on true`;

/** By `keyOfAsk`. */
export async function readFalls(client: TargetClient, asks: FallsAsk[]): Promise<Record<string, Falls>> {
	if (asks.length === 0) return {};
	const asked = asks.map(({ by, noun, name, column }, id) => ({ id, by, noun, name, part: column }));
	const { rows } = await client.query<{ id: number; name: string | null; total: string }>(FALLS_SQL, [JSON.stringify(asked), NAMES_SHOWN]);
	const answers = asks.map((ask, index): [string, Falls] => {
		const found = rows.filter(({ id }) => id === index);
		if (found.length === 0) return [keyOfAsk(ask), { missing: true }];
		const names = found.flatMap(({ name }) => name ?? []);
		return [keyOfAsk(ask), { missing: false, names, more: Number(found[0]?.total) - names.length }];
	});
	return Object.fromEntries(answers);
}

/**
 * DROP follows pg_depend as PostgreSQL does: what depends on the object falls, and where that is an inner part of something, all of that.
 * Without CASCADE only what goes by itself (partitions, what is owned). TRUNCATE … CASCADE and DELETE follow the foreign keys.
 * An object's own inner parts (its indexes, constraints, triggers, row type) are not said.
 */
const FALLS_SQL = `
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
	), outer_parts as (
		select f.id, f.classid, f.objid, f.objsubid from falls f
		left join pg_catalog.pg_class c on f.classid = 'pg_catalog.pg_class'::regclass and c.oid = f.objid
		left join pg_catalog.pg_type y on f.classid = 'pg_catalog.pg_type'::regclass and y.oid = f.objid
		where not exists (select from start s where s.id = f.id and s.classid = f.classid and s.objid = f.objid and s.objsubid in (0, f.objsubid))
		  and (c.oid is null or c.relkind <> 't')
		  and (y.oid is null or (y.typrelid = 0 and y.typelem = 0))
		  and f.classid <> 'pg_catalog.pg_rewrite'::regclass
		  and (f.objsubid = 0 or not exists (select from falls w where w.id = f.id and w.classid = f.classid and w.objid = f.objid and w.objsubid = 0))
		  and not exists (
			select from falls w where w.id = f.id and w.classid = 'pg_catalog.pg_class'::regclass and w.objsubid = 0 and w.objid in (
				select k.conrelid from pg_catalog.pg_constraint k where f.classid = 'pg_catalog.pg_constraint'::regclass and k.oid = f.objid
				union all select t.tgrelid from pg_catalog.pg_trigger t where f.classid = 'pg_catalog.pg_trigger'::regclass and t.oid = f.objid
				union all select p.polrelid from pg_catalog.pg_policy p where f.classid = 'pg_catalog.pg_policy'::regclass and p.oid = f.objid
				union all select d.adrelid from pg_catalog.pg_attrdef d where f.classid = 'pg_catalog.pg_attrdef'::regclass and d.oid = f.objid
				union all select x.stxrelid from pg_catalog.pg_statistic_ext x
				where f.classid = 'pg_catalog.pg_statistic_ext'::regclass and x.oid = f.objid
				union all select i.indrelid from pg_catalog.pg_index i where f.classid = 'pg_catalog.pg_class'::regclass and i.indexrelid = f.objid
				union all select d.refobjid from pg_catalog.pg_depend d
				where c.relkind = 'S' and d.classid = f.classid and d.objid = f.objid and d.deptype in ('a', 'i')))
	), named as (
		select p.id, pg_catalog.regexp_replace(o.type, '^table (?=constraint)', '') || ' ' || o.identity as name, o.type as type
		from outer_parts p cross join lateral pg_catalog.pg_identify_object(p.classid, p.objid, p.objsubid) o
		where not exists (select from pg_catalog.pg_trigger t
		                  where p.classid = 'pg_catalog.pg_trigger'::regclass and t.oid = p.objid and t.tgisinternal)
		  and not exists (select from pg_catalog.pg_constraint k
		                  where p.classid = 'pg_catalog.pg_constraint'::regclass and k.oid = p.objid and k.conparentid <> 0)
		union all
		select e.id, 'table ' || e.relation::regclass::text, 'table' from emptied e join pg_catalog.pg_class c on c.oid = e.relation
		where not c.relispartition and not exists (select from start s where s.id = e.id and s.objid = e.relation)
	), numbered as (
		select id, name, count(*) over (partition by id) as total,
		       pg_catalog.row_number() over (partition by id order by type <> 'table', type <> 'materialized view', type <> 'table column', type <> 'view', name) as n
		from named
	)
	select a.id, numbered.name, coalesce(numbered.total, 0)::text as total
	from (select distinct id from start) a left join numbered on numbered.id = a.id and numbered.n <= $2
	order by a.id, numbered.n`;
