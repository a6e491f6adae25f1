import {
	type AlsoLocked,
	type Falls,
	type FallsAsk,
	type HeavyLock,
	type Impact,
	keyOfAsk,
	type ReachAsk,
	type RelationSize,
} from '#lib/domain/impact.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { answerWithin, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { FALLING_SQL } from './falling-sql.ts';
import { lockedWith } from './locked-with-sql.ts';

/** `locked`: what the SQL locks by name; `reaching`: of that, what is locked with others. */
type Ask = { relations: string[]; falls: FallsAsk[]; locked: HeavyLock[]; reaching: ReachAsk[] };
type Answer = Omit<Extract<Impact, { measured: true }>, 'measured' | 'at'>;

/** What is said about one thing by name; more are counted. */
const NAMES_SHOWN = 20;
/** A table that somebody has locked exclusively is not waited for. */
const LOCK_TIMEOUT_MS = 250;

/**
 * How large relations are, what would fall with others, and what is locked because of that, from the target's catalog. Reads only, as the backup login, without waiting for
 * anybody's locks; each question may take `timeoutMs`. Throws when the target does not answer in that time.
 */
export async function readImpact(target: Target, ask: Ask, { timeoutMs }: { timeoutMs: number }): Promise<Answer> {
	const { relations, falls, locked, reaching } = ask;
	const place = { target, login: 'backup', applicationName: 'countersign reading', signal: answerWithin(timeoutMs) } as const;
	return withTarget(place, async (client) => {
		await startReading(client, { timeoutMs });
		return {
			sizes: await readSizes(client, relations),
			falls: await readFalls(client, falls),
			alsoLocked: withoutKnown([...(await readFallsLocked(client, falls)), ...(await readReached(client, reaching))], locked),
		};
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
 * What depends on the object falls, and where that is an inner part of something, all of that. An object's own inner parts (its indexes,
 * constraints, triggers, row type) are not said.
 */
const FALLS_SQL = `${FALLING_SQL},
	outer_parts as (
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

/** Each once, as heavily as it is locked, and only where that is more than the SQL says by name. */
function withoutKnown(found: AlsoLocked[], locked: HeavyLock[]): AlsoLocked[] {
	const heaviest = new Map<string, AlsoLocked>();
	for (const one of found) if (heaviest.get(one.name)?.level !== 'exclusive') heaviest.set(one.name, one);
	const isKnown = ({ name, level }: AlsoLocked) =>
		locked.some((known) => known.name === name && (known.level === 'exclusive' || level === 'noWrites'));
	return [...heaviest.values()].filter((one) => !isKnown(one)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What goes itself, and whatever a foreign key, policy or trigger of it was on. */
async function readFallsLocked(client: TargetClient, asks: FallsAsk[]): Promise<AlsoLocked[]> {
	if (asks.length === 0) return [];
	const asked = asks.map(({ by, noun, name, column }, id) => ({ id, by, noun, name, part: column }));
	const { rows } = await client.query<{ name: string }>(LOCKED_SQL, [JSON.stringify(asked)]);
	return rows.map(({ name }) => ({ name, level: 'exclusive', because: 'fell' }));
}

/** Partitions and children of tables, and what views read, with theirs. */
async function readReached(client: TargetClient, reaching: ReachAsk[]): Promise<AlsoLocked[]> {
	if (reaching.length === 0) return [];
	const { rows } = await client.query<HeavyLock>(REACHED_SQL, [JSON.stringify(reaching)]);
	return rows.map(({ name, level }) => ({ name, level, because: 'reached' }));
}

const REACHED_SQL = `
	with recursive reached (level, whom, oid, root) as (
		select a.level, a.whom, pg_catalog.to_regclass(a.name)::oid, true from pg_catalog.jsonb_to_recordset($1::jsonb) a (name text, level text, whom text)
		union
		select r.level, r.whom, further.oid, false from reached r cross join lateral (
			${lockedWith('r.oid', `r.whom = 'children' or p.relkind = 'p'`)}
		) further
	)
	select distinct pg_catalog.format('%I.%I', n.nspname, c.relname) as name, r.level
	from reached r join pg_catalog.pg_class c on c.oid = r.oid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
	where not r.root and c.relkind in ('r', 'p', 'v', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;

const LOCKED_SQL = `${FALLING_SQL}
	select distinct pg_catalog.format('%I.%I', n.nspname, c.relname) as name
	from (
		select f.objid as relation from falls f where f.classid = 'pg_catalog.pg_class'::regclass
		union select r.relation from falls f join pg_catalog.pg_constraint k on k.oid = f.objid and k.contype = 'f'
			cross join lateral (values (k.conrelid), (k.confrelid)) r (relation) where f.classid = 'pg_catalog.pg_constraint'::regclass
		union select p.polrelid from falls f join pg_catalog.pg_policy p on p.oid = f.objid where f.classid = 'pg_catalog.pg_policy'::regclass
		union select t.tgrelid from falls f join pg_catalog.pg_trigger t on t.oid = f.objid where f.classid = 'pg_catalog.pg_trigger'::regclass
		union select d.adrelid from falls f join pg_catalog.pg_attrdef d on d.oid = f.objid where f.classid = 'pg_catalog.pg_attrdef'::regclass
		union select e.relation from emptied e where e.by <> 'delete'
	) locked join pg_catalog.pg_class c on c.oid = locked.relation join pg_catalog.pg_namespace n on n.oid = c.relnamespace
	where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
	order by 1`;
