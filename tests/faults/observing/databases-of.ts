import type { Stage } from '../stage.ts';

/** The databases of a run beside the live one: scratch, replacement, the one kept. */
export async function databasesOf({ place }: Pick<Stage, 'place'>, runId: string): Promise<string[]> {
	const short = runId.replaceAll('-', '').slice(0, 12);
	const rows = await place.sql<{ name: string }>('select datname as name from pg_database where right(datname, 12) = $1 order by 1', [
		short,
	]);
	return rows.map((row) => row.name);
}
