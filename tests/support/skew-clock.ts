import type { TestConsole } from './test-console.ts';

/**
 * The clock of a console's database goes wrong by this much, ahead or behind: its sessions find this `clock_timestamp` before PostgreSQL's
 * own. Nothing in the code under test knows of it. To be called before the console's first query; and again, to put the clock elsewhere.
 */
export async function skewClock({ sql }: Pick<TestConsole, 'sql'>, ms: number): Promise<void> {
	await sql(`create or replace function public.clock_timestamp() returns timestamptz volatile
		return pg_catalog.clock_timestamp() + interval '${ms} ms'`);
	await sql(`do $$ begin execute format('alter database %I set search_path = public, pg_catalog', current_database()); end $$`);
}
