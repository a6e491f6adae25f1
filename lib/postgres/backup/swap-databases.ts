import type { Target } from '#lib/domain/target/target.ts';
import { closeTarget, connectTarget, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';
import { backendPid, type Door, DoorOpened, readClosedDoor } from '#lib/postgres/sessions/closed-door.ts';
import { allowConnections, endSessions, openAgain } from '#lib/postgres/sessions/database-sessions.ts';

/** Told before each phase begins, in this order, so that the caller can journal it first. */
export const SWAP_PHASES = [
	'closing the live database',
	'ending its sessions',
	'looking at it for the last time',
	'setting the live database aside',
	'putting the replacement in its place',
	'opening the replacement',
] as const;
export type SwapPhase = (typeof SWAP_PHASES)[number];

export type SwapInput = {
	target: Target;
	/** The database that everybody uses now. */
	live: string;
	/** The one that takes its name. */
	replacement: string;
	/** The replacement was proved behind this door: it is not put in place when somebody has opened it since. */
	door?: Door;
	/** The name under which the live one is kept; closed to connections. */
	keepAs: string;
	onPhase?: (phase: SwapPhase) => void | Promise<void>;
	/** Of the swap's own sessions. */
	applicationName: string;
	/** Reads the live database when nobody else can write to it any more. What it throws calls the swap off. */
	lastLook: (client: TargetClient) => Promise<void>;
};

/**
 * Swaps one database for another by two renames. New connections are refused before sessions are ended, or clients that
 * reconnect at once would block the rename. When anything fails up to the second rename, the live database gets its name and its
 * connections back, and the first error is thrown.
 */
export async function swapDatabases(swap: SwapInput): Promise<void> {
	const { target, live, replacement, keepAs, applicationName, onPhase, lastLook } = swap;
	const place = { target, login: 'restore', database: target.connection.maintenanceDatabase, applicationName } as const;
	// On connections of its own: the one before may be what failed, and it may have failed after its rename was done.
	const revert = async () => {
		await withTarget(place, async (other) => {
			if (!(await isThere(other, live))) await rename(other, keepAs, live);
		});
		await openAgain({ target, database: live });
	};
	await withTarget(place, async (client) => {
		const phase = async (name: SwapPhase) => onPhase?.(name);
		const looker = await connectTarget({ target, login: 'backup', database: live, applicationName });
		await orElse(
			async () => {
				await phase('closing the live database');
				await allowConnections(client, live, false);
				await phase('ending its sessions');
				await endSessions(client, live, [await backendPid(looker)]);
				await phase('looking at it for the last time');
				await lastLook(looker);
				await closeTarget(looker);
				await endSessions(client, live);
				await endSessions(client, replacement);
				await phase('setting the live database aside');
				await rename(client, live, keepAs);
			},
			async () => {
				await closeTarget(looker);
				await revert();
			},
		);
		await orElse(async () => {
			await phase('putting the replacement in its place');
			await putInPlace(client, swap).catch(async (error) => {
				// The answer may be what was lost, and not the rename.
				if (!(await withTarget(place, (other) => isThere(other, live)))) throw error;
			});
		}, revert);
		await phase('opening the replacement');
		await openAgain({ target, database: live }).catch((error: Error) => {
			const done = `the swap is done: ${replacement} is now ${live}, and the former live database is kept as ${keepAs}`;
			throw new Error(`${done}; but ${error.message}`, { cause: error });
		});
	});
}

/** Undoes on failure. If that fails too, both errors are reported: people must know the present state. */
async function orElse(work: () => Promise<void>, undo: () => Promise<void>): Promise<void> {
	try {
		await work();
	} catch (error) {
		await undo().catch((second: Error) => {
			throw new Error(`${(error as Error).message}; and undoing it failed too: ${second.message}`, { cause: error });
		});
		throw error;
	}
}

/** Looked at and renamed in one transaction: nobody opens it in between without the rename failing. */
async function putInPlace(client: TargetClient, { replacement, live, door }: SwapInput): Promise<void> {
	if (door === undefined) return rename(client, replacement, live);
	await client.query('begin');
	try {
		if ((await readClosedDoor(client, replacement)) !== door) throw new DoorOpened(replacement);
		await rename(client, replacement, live);
		await client.query('commit');
	} catch (error) {
		await client.query('rollback').catch(() => undefined); // The first error is the one to tell.
		throw error;
	}
}

async function isThere(client: TargetClient, database: string): Promise<boolean> {
	const { rowCount } = await client.query('select from pg_catalog.pg_database where datname = $1', [database]);
	return rowCount === 1;
}

async function rename(client: TargetClient, from: string, to: string): Promise<void> {
	await client.query(`alter database ${quoteIdentifier(from)} rename to ${quoteIdentifier(to)}`);
}
