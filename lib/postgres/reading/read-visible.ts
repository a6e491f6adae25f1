import { DatabaseError } from 'pg';
import type { SeenRows } from '#lib/domain/rehearsed/visible.ts';
import type { Reader } from '#lib/domain/target/readers.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';
import { asReader } from './as-reader.ts';
import { parseRowIds, type RowIds } from './row-ids.ts';

/** Rows of one relation that one reader sees are told apart up to here; beyond, they are only counted, up to `MOST_COUNTED`. */
const MOST_TOLD_APART = 50_000;
const MOST_COUNTED = 1_000_000;
/** All relations for all readers, on one side of the change. What is left then is not counted. */
const BUDGET_MS = 60_000;

/** A table or view that can be read. `identity`: the columns that tell its rows apart, its primary key or all. */
export type Readable = { oid: string; relation: string; kind: string; columns: string[]; identity: string[] };
/** `ids`: null where the rows were not told apart. */
export type Seen = { rows: SeenRows; ids: RowIds | null };
/** By the relation's OID; one that is denied is not in it. */
export type SeenByOne = Map<string, Seen>;
/** By the reader's name. */
export type SeenByAll = Map<string, SeenByOne>;

/** All tables, views and materialized views of the database, in alphabetical order, as this session sees the catalog now. */
export async function listReadable(client: TargetClient): Promise<Readable[]> {
	const { rows } = await client.query<{ oid: string; relation: string; kind: string; columns: string; key: string | null }>(`
		select c.oid::text as oid, pg_catalog.format('%I.%I', n.nspname, c.relname) as relation, c.relkind::text as kind,
		       (select coalesce(pg_catalog.json_agg(a.attname order by a.attnum), '[]') from pg_catalog.pg_attribute a
		         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)::text as columns,
		       (select pg_catalog.json_agg(a.attname order by a.attnum) from pg_catalog.pg_constraint k
		          join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = any (k.conkey)
		         where k.conrelid = c.oid and k.contype = 'p')::text as key
		  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		 where c.relkind in ('r', 'p', 'v', 'm') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'countersign')
		 order by 2`);
	return rows.map(({ oid, relation, kind, columns, key }) => {
		const all = JSON.parse(columns) as string[];
		return { oid, relation, kind, columns: all, identity: key === null ? all : (JSON.parse(key) as string[]) };
	});
}

/** What each reader sees of each relation, in the open transaction: counted as that role, with row-level security. */
export async function readVisible(
	client: TargetClient,
	{ readers, relations, signal }: { readers: readonly Reader[]; relations: readonly Readable[]; signal: AbortSignal },
): Promise<SeenByAll> {
	const until = performance.now() + BUDGET_MS;
	const all: SeenByAll = new Map();
	for (const reader of readers) {
		const may = await readPrivileges(client, reader.role);
		const seen = await asReader(client, reader, () =>
			countEach(
				client,
				relations.filter(({ oid }) => may.has(oid)),
				{ may, until, signal },
			),
		);
		all.set(reader.name, seen);
	}
	return all;
}

/** All rows that are there, as somebody whom no policy concerns sees them; in the open transaction. */
export function readEverything(
	client: TargetClient,
	{ relations, signal }: { relations: readonly Readable[]; signal: AbortSignal },
): Promise<SeenByOne> {
	const may = new Map(relations.map(({ oid, columns }) => [oid, new Set(columns)]));
	return countEach(client, relations, { may, until: performance.now() + BUDGET_MS, signal });
}

/** The columns that a role may read, by relation; one that it may not read at all is not in it. */
async function readPrivileges(client: TargetClient, role: string): Promise<Map<string, Set<string>>> {
	const { rows } = await client.query<{ oid: string; columns: string }>(
		`select c.oid::text as oid, coalesce(pg_catalog.json_agg(a.attname) filter (where pg_catalog.has_column_privilege($1::name, c.oid, a.attnum, 'select')), '[]')::text as columns
		   from pg_catalog.pg_class c left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
		  where c.relkind in ('r', 'p', 'v', 'm') and pg_catalog.has_schema_privilege($1::name, c.relnamespace, 'usage')
		    and pg_catalog.has_any_column_privilege($1::name, c.oid, 'select')
		  group by c.oid`,
		[role],
	);
	return new Map(rows.map(({ oid, columns }) => [oid, new Set(JSON.parse(columns) as string[])]));
}

type Limits = { may: ReadonlyMap<string, ReadonlySet<string>>; until: number; signal: AbortSignal };

async function countEach(client: TargetClient, relations: readonly Readable[], { may, until, signal }: Limits): Promise<SeenByOne> {
	const seen: SeenByOne = new Map();
	await client.query('savepoint countersign_relation');
	for (const relation of relations) {
		signal.throwIfAborted();
		if (performance.now() > until) {
			seen.set(relation.oid, { rows: 'not counted', ids: null });
			continue;
		}
		const isTold = relation.identity.length > 0 && relation.identity.every((column) => may.get(relation.oid)?.has(column));
		const counted = await count(client, relation, isTold).catch(async (error: unknown) => {
			signal.throwIfAborted();
			const rows = whyNot(error);
			await client.query('rollback to savepoint countersign_relation');
			return { rows, ids: null };
		});
		seen.set(relation.oid, counted);
	}
	return seen;
}

async function count(client: TargetClient, { relation, identity }: Readable, isTold: boolean): Promise<Seen> {
	if (isTold) {
		const hash = `pg_catalog.hashtextextended(row(${identity.map(quoteIdentifier).join(', ')})::pg_catalog.text, 0)`;
		const { rows } = await client.query<{ rows: string; ids: string }>(
			`select pg_catalog.count(*) as rows, coalesce(pg_catalog.array_agg(h), '{}')::text as ids
			   from (select ${hash} as h from ${relation} limit ${MOST_TOLD_APART + 1}) r`,
		);
		const found = Number(rows[0]?.rows);
		if (found <= MOST_TOLD_APART) return { rows: { rows: found, more: false }, ids: parseRowIds(rows[0]?.ids as string) };
	}
	const { rows } = await client.query<{ rows: string }>(
		`select pg_catalog.count(*) as rows from (select 1 from ${relation} limit ${MOST_COUNTED + 1}) r`,
	);
	const found = Number(rows[0]?.rows);
	return { rows: { rows: Math.min(found, MOST_COUNTED), more: found > MOST_COUNTED }, ids: null };
}

/** A refusal of PostgreSQL is an observation; that the connection or the server went away is not, and is thrown. */
function whyNot(error: unknown): SeenRows {
	if (!(error instanceof DatabaseError) || !error.code || error.code.startsWith('08') || error.code.startsWith('57P')) throw error;
	if (error.code === '42501') return 'denied';
	return error.code === '57014' ? 'not counted' : 'failed';
}
