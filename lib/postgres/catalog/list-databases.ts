import type { Target } from '#lib/domain/target/target.ts';
import { APPLICATION_PREFIX, answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';

/** The names of all databases in the target's cluster. */
export async function listDatabases(target: Target): Promise<string[]> {
	const place = {
		target,
		login: 'restore',
		database: target.connection.maintenanceDatabase,
		applicationName: `${APPLICATION_PREFIX} list`,
		signal: answerWithin(),
	} as const;
	return withTarget(place, async (client) => {
		const { rows } = await client.query<{ name: string }>('select datname::text as name from pg_catalog.pg_database order by 1');
		return rows.map((row) => row.name);
	});
}
