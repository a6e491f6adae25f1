import type { TargetClient } from '#lib/postgres/connection/connect.ts';

/** What ALTER TABLE … ALTER COLUMN … SET takes: https://www.postgresql.org/docs/current/sql-altertable.html. */
const SETTABLE = ['n_distinct', 'n_distinct_inherited'];
/** Written by the server itself: 15.20 and 17.12 stamp each column with the version of its definition. */
const OF_THE_SERVER = ['pg_attver'];

const named = (option: string, names: readonly string[]) =>
	`pg_catalog.split_part(${option}, '=', 1) in (${names.map((name) => `'${name}'`).join(', ')})`;

/** SQL: whether a person can set this option of a column (an element of pg_attribute.attoptions). Only those are part of what a catalog means. */
export const isSettable = (option: string): string => named(option, SETTABLE);

/**
 * Names of options that columns of this database carry and the console does not know, in alphabetical order. A newer server may write
 * them for itself, so they are told and never compared: a difference in them would be a difference in every table after a restore.
 */
export async function readUnknownOptions(client: TargetClient): Promise<string[]> {
	const { rows } = await client.query<{ name: string }>(`
		select distinct pg_catalog.split_part(o, '=', 1) as name
		  from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid cross join lateral pg_catalog.unnest(a.attoptions) o
		 where c.relkind in ('r', 'p', 'v', 'm', 'f', 'c') and not ${named('o', [...SETTABLE, ...OF_THE_SERVER])} order by 1`);
	return rows.map(({ name }) => name);
}
