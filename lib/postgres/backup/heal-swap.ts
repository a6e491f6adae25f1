import type { Target } from '#lib/domain/target/target.ts';
import { APPLICATION_PREFIX, answerWithin, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';
import { type Door, readClosedDoor } from '#lib/postgres/sessions/closed-door.ts';

export type SwapNames = { target: Target; live: string; replacement: string; keptAs: string };

/**
 * Finishes or reverts an interrupted swap, so that the live name always leads to one complete database that accepts connections.
 * The databases themselves say how far it came. Where the live one has been set aside, the second rename is made up for only while the
 * replacement is behind the door that it was proved behind; else the live one gets its name back, and the replacement can be proved
 * again. `door` null: no door says that it is still what was proved. Returns whether the replacement is live. Throws when no database
 * could be live.
 */
export async function healSwap({
	target,
	live,
	replacement,
	keptAs,
	door,
}: SwapNames & { door: Door | null }): Promise<'swapped' | 'not swapped'> {
	const place = {
		target,
		login: 'restore',
		database: target.connection.maintenanceDatabase,
		applicationName: `${APPLICATION_PREFIX} heal`,
		signal: answerWithin(),
	} as const;
	// In one transaction: whoever opens the replacement meanwhile waits, or makes this fail. One that fails ends with its connection.
	return withTarget(place, async (client) => {
		await client.query('begin');
		const there = await present(client, [live, keptAs]);
		if (!there.has(live)) {
			if (!there.has(keptAs)) throw new Error(`neither the database ${live} nor ${keptAs}, as which it is set aside, exists`);
			const isProved = door !== null && (await readClosedDoor(client, replacement)) === door;
			await client.query(`alter database ${quoteIdentifier(isProved ? replacement : keptAs)} rename to ${quoteIdentifier(live)}`);
		}
		await client.query(`alter database ${quoteIdentifier(live)} with allow_connections true`);
		const isSetAside = (await present(client, [keptAs])).has(keptAs);
		await client.query('commit');
		return isSetAside ? 'swapped' : 'not swapped';
	});
}

async function present(client: TargetClient, names: string[]): Promise<Set<string>> {
	const { rows } = await client.query<{ name: string }>(
		'select datname::text as name from pg_catalog.pg_database where datname = any ($1)',
		[names],
	);
	return new Set(rows.map(({ name }) => name));
}
