import { createHash } from 'node:crypto';
import type { Target } from '#lib/domain/target/target.ts';
import { APPLICATION_PREFIX, withTarget } from '#lib/postgres/connection/connect.ts';

const WAITS_AT_MOST_MS = 60_000;
/** Another than the run's lock: a run that begins meanwhile must find that one free. */
const KEY = createHash('sha256').update('countersign/removal-lock/v1').digest().readBigInt64BE(0).toString();

/** One worker at a time looks for what is left over in a cluster, so that nothing is removed, and recorded, by two. Waits at most a minute for its turn. */
export function withRemovalLock<T>(target: Target, work: () => Promise<T>): Promise<T> {
	const place = {
		target,
		login: 'restore',
		database: target.connection.maintenanceDatabase,
		applicationName: `${APPLICATION_PREFIX} removal`,
	} as const;
	return withTarget(place, async (client) => {
		await client.query(`set lock_timeout = ${WAITS_AT_MOST_MS}`);
		await client.query('select pg_catalog.pg_advisory_lock($1::bigint)', [KEY]);
		return work();
	});
}
