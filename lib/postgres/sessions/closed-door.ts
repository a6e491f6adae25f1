import type { Target } from '#lib/domain/target/target.ts';
import { type ConnectInput, closeTarget, connectTarget, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { allowConnections, endSessions } from './database-sessions.ts';

/**
 * Which closing of a database it was: its OID and the version of its row in pg_database. Whoever opens it to connections makes another
 * version. VACUUM, freezing and a restart do not.
 */
export type Door = string;

/** Somebody opened a database to connections after it was proved. */
export class DoorOpened extends Error {
	constructor(database: string) {
		super(`somebody opened ${database} after it was proved`);
		this.name = 'DoorOpened';
	}
}

type DoorInput = { target: Target; database: string; applicationName: string; signal: AbortSignal };

/** Null when the database is open to connections, or not there. */
export async function readClosedDoor(client: TargetClient, database: string): Promise<Door | null> {
	const { rows } = await client.query<{ door: Door }>(
		`select oid::text || ':' || xmin::text as door from pg_catalog.pg_database where datname = $1 and not datallowconn`,
		[database],
	);
	return rows[0]?.door ?? null;
}

/** The same on a connection of its own. */
export function askClosedDoor({ database, ...asked }: DoorInput): Promise<Door | null> {
	return withTarget(maintenance(asked), (client) => readClosedDoor(client, database));
}

/** Who comes in before a door is closed, and how. */
export type Guest = Pick<ConnectInput, 'login' | 'pipeline' | 'cutsLong'>;

/**
 * Lets these `guests` of ours into a database, closes the door behind them, ends everybody else's sessions there, and works. The door
 * stays closed. As long as it is the one that is given back, nobody has been there since but autovacuum.
 */
export async function behindClosedDoor<T>(
	{ guests, ...asked }: DoorInput & { guests: readonly Guest[] },
	work: (clients: readonly TargetClient[]) => Promise<T>,
): Promise<{ value: T; door: Door }> {
	const { target, database, applicationName, signal } = asked;
	return withTarget(maintenance(asked), async (keeper) => {
		const clients: TargetClient[] = [];
		try {
			await allowConnections(keeper, database, true);
			for (const guest of guests) clients.push(await connectTarget({ target, ...guest, database, applicationName, signal }));
			await allowConnections(keeper, database, false);
			await endSessions(keeper, database, await Promise.all(clients.map(backendPid)));
			const door = await readClosedDoor(keeper, database);
			if (door === null) throw new Error(`somebody else opened ${database} to connections`);
			return { value: await work(clients), door };
		} catch (error) {
			// A database that stays open is not trusted later: its door is no closed one.
			await allowConnections(keeper, database, false).catch(() => undefined);
			throw error;
		} finally {
			await Promise.all(clients.map(closeTarget));
		}
	});
}

export async function backendPid(client: TargetClient): Promise<number> {
	const { rows } = await client.query<{ pid: number }>('select pg_catalog.pg_backend_pid() as pid');
	if (!rows[0]) throw new Error('the server did not return the pid of our session');
	return rows[0].pid;
}

function maintenance({ target, applicationName, signal }: Omit<DoorInput, 'database'>) {
	return { target, login: 'restore', database: target.connection.maintenanceDatabase, applicationName, signal } as const;
}
