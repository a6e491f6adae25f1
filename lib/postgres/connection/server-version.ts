import type { TargetClient } from './connect.ts';

/** The server's major version, as 15. */
export async function readServerMajor(client: TargetClient): Promise<number> {
	const { rows } = await client.query<{ major: number }>(`select pg_catalog.current_setting('server_version_num')::int / 10000 as major`);
	const [row] = rows;
	if (!row) throw new Error('the server did not return its version');
	return row.major;
}
