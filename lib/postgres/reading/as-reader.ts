import type { Reader } from '#lib/domain/target/readers.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';

/** One relation or query takes at most this long; what takes longer is told as such. */
export const READING_TIMEOUT_MS = 5_000;

/**
 * Works as a reader in the open transaction, with row-level security, and only reads; afterwards the session is as it was. Whatever
 * `work` throws survives.
 */
export async function asReader<T>(client: TargetClient, { role, settings }: Pick<Reader, 'role' | 'settings'>, work: () => Promise<T>) {
	await client.query('savepoint countersign_reader');
	try {
		await client.query('set local search_path to default');
		await client.query('set local row_security = on');
		await client.query(`set local statement_timeout = ${READING_TIMEOUT_MS}`);
		for (const [name, value] of Object.entries(settings)) await client.query('select pg_catalog.set_config($1, $2, true)', [name, value]);
		await client.query(`set local role ${quoteIdentifier(role)}`);
		await client.query('set local transaction_read_only = on');
		return await work();
	} finally {
		// A connection that cannot go back is dead, and the server rolls back for it.
		await client.query('rollback to savepoint countersign_reader').catch(() => undefined);
		await client.query('release savepoint countersign_reader').catch(() => undefined);
	}
}
