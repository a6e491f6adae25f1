import { type CatalogFacts, type FactsAsk, keyOfWriter, type RelationFacts } from '#lib/domain/bundle/catalog-facts.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { answerWithin, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { readFalls, readSizes, startReading } from './read-impact.ts';
import { readMembers } from './read-members.ts';
import { readReads } from './read-reads.ts';

/** What is said about one thing by name. Every value arrives as text. */
const NAMES_SHOWN = 20;

/**
 * What a review of a bundle must know of the target's catalog. Reads only, as the backup login, without waiting for anybody's locks; every
 * question may take `timeoutMs`, and so may all of them. Throws when the target does not answer in that time.
 */
export async function readCatalogFacts(target: Target, ask: FactsAsk, { timeoutMs }: { timeoutMs: number }): Promise<CatalogFacts> {
	const place = { target, login: 'backup', applicationName: 'countersign reviewing', signal: answerWithin(timeoutMs) } as const;
	return withTarget(place, async (client) => {
		await startReading(client, { timeoutMs });
		return {
			relations: await readRelations(client, ask.relations),
			reads: await readReads(client, ask.reads),
			schemas: await readSchemas(client, ask.schemas),
			falls: await readFalls(client, ask.falls),
			mentions: await readMentions(client, ask.mentions),
			volatileFunctions: await readVolatile(client, ask.functions),
			roles: await readRoles(client, ask.roles),
			writers: await readWriters(client, ask.writers),
			members: await readMembers(client, ask.members, target.connection.logins.restore.user),
		};
	});
}

async function readRelations(client: TargetClient, names: string[]): Promise<CatalogFacts['relations']> {
	if (names.length === 0) return {};
	const sizes = await readSizes(client, names);
	const { rows } = await client.query<{ name: string; schema: string; columns: string }>(RELATIONS_SQL, [names]);
	return Object.fromEntries(
		names.map((name) => {
			const [size, row] = [sizes[name], rows.find((one) => one.name === name)];
			return [name, size && row ? { schema: row.schema, columns: JSON.parse(row.columns) as RelationFacts['columns'], ...size } : null];
		}),
	);
}

/** A valid CHECK (column IS NOT NULL) proves it: PostgreSQL then reads no row to set it. */
const RELATIONS_SQL = `
	select a.name, n.nspname as schema, coalesce(pg_catalog.jsonb_object_agg(t.attname, pg_catalog.jsonb_build_object(
		'type', pg_catalog.format_type(t.atttypid, t.atttypmod),
		'notNull', t.attnotnull or exists (
			select from pg_catalog.pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and k.convalidated and k.conkey = array[t.attnum]
			and pg_catalog.pg_get_expr(k.conbin, c.oid) = pg_catalog.format('(%I IS NOT NULL)', t.attname))
	)) filter (where t.attname is not null), '{}')::text as columns
	from pg_catalog.unnest($1::text[]) a (name)
	join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(a.name)
	join pg_catalog.pg_namespace n on n.oid = c.relnamespace
	left join pg_catalog.pg_attribute t on t.attrelid = c.oid and t.attnum > 0 and not t.attisdropped
	group by a.name, n.nspname`;

async function readSchemas(client: TargetClient, names: string[]): Promise<CatalogFacts['schemas']> {
	if (names.length === 0) return {};
	const { rows } = await client.query<{ name: string; tables: string; secured: string }>(
		`select n.nspname as name, count(c.oid) as tables, count(c.oid) filter (where c.relrowsecurity) as secured
		from pg_catalog.pg_namespace n
		join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p') and not c.relispartition
		where n.nspname = any ($1::text[]) group by n.nspname`,
		[names],
	);
	return Object.fromEntries(rows.map(({ name, tables, secured }) => [name, { tables: Number(tables), secured: Number(secured) }]));
}

/** Of each name only the last part is looked for, as a word: a body may leave the schema out. */
async function readMentions(client: TargetClient, names: string[]): Promise<CatalogFacts['mentions']> {
	if (names.length === 0) return {};
	const { rows } = await client.query<{ name: string; mentions: string }>(
		`select a.name, pg_catalog.to_jsonb((pg_catalog.array_agg(p.oid::pg_catalog.regprocedure::text order by 1))[1:${NAMES_SHOWN}])::text as mentions
		from pg_catalog.unnest($1::text[]) a (name)
		cross join lateral (select (pg_catalog.parse_ident(a.name, false))[pg_catalog.cardinality(pg_catalog.parse_ident(a.name, false))] as word) w
		join pg_catalog.pg_proc p on p.proname <> w.word and pg_catalog.strpos(pg_catalog.lower(p.prosrc), pg_catalog.lower(w.word)) > 0
			and p.prosrc ~* ('(^|[^a-z0-9_$])' || pg_catalog.regexp_replace(w.word, '([^a-zA-Z0-9_])', '\\\\\\1', 'g') || '($|[^a-z0-9_$])')
		join pg_catalog.pg_language l on l.oid = p.prolang and l.lanname not in ('internal', 'c')
		join pg_catalog.pg_namespace n on n.oid = p.pronamespace and n.nspname not in ('pg_catalog', 'information_schema')
		group by a.name`,
		[names],
	);
	return Object.fromEntries(rows.map(({ name, mentions }) => [name, JSON.parse(mentions) as string[]]));
}

/** A name that the target does not know counts: it may be made by the bundle. */
async function readVolatile(client: TargetClient, names: string[]): Promise<string[]> {
	if (names.length === 0) return [];
	const { rows } = await client.query<{ name: string }>(
		`select a.name from pg_catalog.unnest($1::text[]) a (name)
		where not exists (select from pg_catalog.pg_proc p where p.proname = a.name)
		or exists (select from pg_catalog.pg_proc p where p.proname = a.name and p.provolatile = 'v')`,
		[names],
	);
	return rows.map(({ name }) => name);
}

/** What other databases of the cluster hold of it is counted by database: only their own sessions can name it. */
async function readRoles(client: TargetClient, names: string[]): Promise<CatalogFacts['roles']> {
	if (names.length === 0) return {};
	const { rows } = await client.query<{ name: string; uses: string }>(
		`select r.rolname as name, pg_catalog.to_jsonb((pg_catalog.array_agg(u.use order by u.use))[1:${NAMES_SHOWN}])::text as uses
		from pg_catalog.pg_roles r cross join lateral (
			select distinct case d.deptype when 'o' then 'it owns ' when 'r' then 'policy: ' else 'a privilege on ' end
				|| case when d.dbid in (0, here.oid) then pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid)
				        else 'something in database ' || other.datname end as use
			from pg_catalog.pg_shdepend d
			join pg_catalog.pg_database here on here.datname = pg_catalog.current_database()
			left join pg_catalog.pg_database other on other.oid = d.dbid
			where d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass and d.refobjid = r.oid
		) u where r.rolname = any ($1::text[]) group by r.rolname`,
		[names],
	);
	return Object.fromEntries(rows.map(({ name, uses }) => [name, JSON.parse(uses) as string[]]));
}

async function readWriters(client: TargetClient, asks: FactsAsk['writers']): Promise<CatalogFacts['writers']> {
	if (asks.length === 0) return {};
	const { rows } = await client.query<{ role: string; schema: string; tables: string }>(
		`select a.role, a.schema, count(c.oid) as tables
		from pg_catalog.jsonb_to_recordset($1::jsonb) a (role text, schema text)
		join pg_catalog.pg_roles r on r.rolname = a.role
		left join pg_catalog.pg_class c on c.relkind in ('r', 'p', 'v', 'f') and c.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(a.schema))
			and pg_catalog.has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
		group by a.role, a.schema`,
		[JSON.stringify(asks)],
	);
	return Object.fromEntries(rows.map(({ tables, ...ask }) => [keyOfWriter(ask), Number(tables)]));
}
