import type { SchemaNames, TargetNames } from '#lib/domain/target/names.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';

/** More than anybody chooses from a list. */
const MOST_RELATIONS = 2_000;
const MOST_COLUMNS = 20_000;
const MOST_FUNCTIONS = 2_000;

type Row = { schema: string; relation: string | null; written: string | null; columns: string; functions: string };

/**
 * The tables and views of a target with their columns, and its functions: at most 2,000 of each and 20,000 columns, in their order, without what
 * PostgreSQL itself brings. Reads the catalog alone, as the backup login. Throws when the target does not answer within `timeoutMs`.
 */
export async function readNames(target: Target, { timeoutMs }: { timeoutMs: number }): Promise<Omit<TargetNames, 'why'>> {
	const place = { target, login: 'backup', applicationName: 'countersign reading', signal: answerWithin(timeoutMs) } as const;
	return withTarget(place, async (client) => {
		await client.query(`set default_transaction_read_only = on; set statement_timeout = ${timeoutMs}`);
		const { rows } = await client.query<Row>(NAMES_SQL, [MOST_RELATIONS, MOST_COLUMNS, MOST_FUNCTIONS]);
		const schemas = new Map<string, SchemaNames>();
		for (const { schema, relation, columns, functions } of rows) {
			const known = schemas.get(schema) ?? { schema, relations: [], functions: JSON.parse(functions) as string[] };
			if (relation !== null) known.relations.push({ name: relation, columns: JSON.parse(columns) as string[] });
			schemas.set(schema, known);
		}
		return { relations: rows.flatMap(({ written }) => written ?? []), schemas: [...schemas.values()] };
	});
}

const NAMES_SQL = `
	with relations as (
		select n.nspname, c.relname, c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname) as written
		from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
		  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
		order by n.nspname, c.relname limit $1
	), columns as (
		select r.oid, a.attname, a.attnum from relations r join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
		order by r.nspname, r.relname, a.attnum limit $2
	), functions as (
		select distinct n.nspname, p.proname
		from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
		where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
		order by n.nspname, p.proname limit $3
	), schemas as (
		select nspname from relations union select nspname from functions
	)
	select s.nspname as schema, r.relname as relation, r.written,
		coalesce((select pg_catalog.jsonb_agg(k.attname order by k.attnum) from columns k where k.oid = r.oid), '[]')::text as columns,
		coalesce((select pg_catalog.jsonb_agg(f.proname order by f.proname) from functions f where f.nspname = s.nspname), '[]')::text as functions
	from schemas s left join relations r on r.nspname = s.nspname
	order by s.nspname, r.relname`;
