import type { TargetClient } from '#lib/postgres/connection/connect.ts';

/** The size of the database that the client is connected to, on its server's disk. */
export async function readDatabaseBytes(client: TargetClient): Promise<number> {
	const { rows } = await client.query<{ bytes: string }>('select pg_catalog.pg_database_size(pg_catalog.current_database()) as bytes');
	if (!rows[0]) throw new Error('the server did not return the size of the database');
	return Number(rows[0].bytes);
}
