import type { TargetClient } from './connect.ts';

/** The database's clock now, not at the start of the transaction. To the millisecond. */
export async function readClock(client: TargetClient): Promise<Date> {
	const { rows } = await client.query<{ ms: string }>(
		'select pg_catalog.floor(extract(epoch from pg_catalog.clock_timestamp()) * 1000)::bigint as ms',
	);
	const ms = rows[0]?.ms;
	if (ms === undefined) throw new Error('the server did not return the time');
	return new Date(Number(ms));
}
