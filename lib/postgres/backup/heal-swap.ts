import type { Target } from '#lib/domain/target.ts';
import { APPLICATION_PREFIX, answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';

export type SwapNames = { target: Target; live: string; replacement: string; keptAs: string };

/**
 * Finishes or reverts a swap that was cut short, so that the live name always leads to one whole database that takes connections.
 * The databases themselves say how far it came: `swapped` when the live one has been set aside (the replacement was compared before
 * that, so the second rename is made up for), `not swapped` when it had not. Throws when neither is so.
 */
export async function healSwap({ target, live, replacement, keptAs }: SwapNames): Promise<'swapped' | 'not swapped'> {
	const place = {
		target,
		login: 'restore',
		database: target.connection.maintenanceDatabase,
		applicationName: `${APPLICATION_PREFIX} heal`,
		signal: answerWithin(),
	} as const;
	return withTarget(place, async (client) => {
		const { rows } = await client.query<{ name: string }>(
			'select datname::text as name from pg_catalog.pg_database where datname = any ($1)',
			[[live, replacement, keptAs]],
		);
		const there = new Set(rows.map((row) => row.name));
		if (!there.has(live) && !(there.has(keptAs) && there.has(replacement))) {
			throw new Error(`there is no database ${live}, and not both of ${keptAs} and ${replacement} to make it up from`);
		}
		if (!there.has(live)) await client.query(`alter database ${quoteIdentifier(replacement)} rename to ${quoteIdentifier(live)}`);
		await client.query(`alter database ${quoteIdentifier(live)} with allow_connections true`);
		return there.has(keptAs) ? 'swapped' : 'not swapped';
	});
}
