import { type DatabaseProperties, giveBackDatabaseProperties } from '#lib/postgres/backup/database-properties.ts';
import { makeRolesAgain, type NeededRole } from '#lib/postgres/backup/needed-roles.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { type Door, DoorOpened, readClosedDoor } from '#lib/postgres/sessions/closed-door.ts';
import type { GateContext } from './gate.ts';

type GivenBack = { database: string; properties: DatabaseProperties };

/**
 * A database that was kept beside for a restore has the owner, privileges and settings again that it had when it was made. `door`: throws
 * DoorOpened where somebody has opened it since. Returns the door that it is behind now.
 */
export function giveBackProperties(context: GateContext, input: GivenBack & { door: Door }): Promise<Door>;
export function giveBackProperties(context: GateContext, input: GivenBack): Promise<Door | null>;
export async function giveBackProperties(
	{ target, runId, signal }: GateContext,
	{ database, properties, door }: GivenBack & { door?: Door },
): Promise<Door | null> {
	const place = {
		target,
		login: 'restore',
		database: target.connection.maintenanceDatabase,
		applicationName: `countersign restore ${runId}`,
		signal,
	} as const;
	// In one transaction: whoever opens it meanwhile waits, or makes this fail. One that fails ends with its connection.
	return withTarget(place, async (client) => {
		await client.query('begin');
		if (door !== undefined && (await readClosedDoor(client, database)) !== door) throw new DoorOpened(database);
		await giveBackDatabaseProperties(client, database, properties);
		const now = await readClosedDoor(client, database);
		await client.query('commit');
		return now;
	});
}

/** Before a restore: the roles that the backup names are there again. Returns the names of those that had to be made; they have no password. */
export async function bringRolesBack({ target, runId, tell, signal }: GateContext, needed: readonly NeededRole[]): Promise<string[]> {
	const database = target.connection.maintenanceDatabase;
	const place = { target, login: 'restore', database, applicationName: `countersign restore ${runId}`, signal } as const;
	const made = await withTarget(place, (client) => makeRolesAgain(client, needed));
	if (made.length > 0)
		tell({ phase: 'notice', data: { severity: 'WARNING', message: `made again, without a password: ${made.join(', ')}` } });
	return made;
}
