import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from '#lib/domain/target.ts';
import { APPLICATION_PREFIX, closeTarget, connectTarget, type TargetClient, withTarget } from './connect.ts';
import { quoteIdentifier } from './quote.ts';

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
	/** The name under which the live one is kept; closed to connections. */
	keepAs: string;
	onPhase?: (phase: SwapPhase) => void | Promise<void>;
	/** Reads the live database when nobody else can write to it any more. What it throws calls the swap off. */
	lastLook: (client: TargetClient) => Promise<void>;
};

const SESSIONS_END_WITHIN_MS = 10_000;
const POLL_MS = 50;

/**
 * Puts one database in the place of another by two renames. New connections are refused before sessions are ended, or clients that
 * come back at once would block the rename. When anything fails up to the second rename, the live database gets its name and its
 * connections back, and the first error is thrown.
 */
export async function swapDatabases({ target, live, replacement, keepAs, onPhase, lastLook }: SwapInput): Promise<void> {
	const { maintenanceDatabase } = target.connection;
	await withTarget(
		{ target, login: 'restore', database: maintenanceDatabase, applicationName: `${APPLICATION_PREFIX} swap` },
		async (client) => {
			const phase = async (name: SwapPhase) => onPhase?.(name);
			const looker = await connectTarget({ target, login: 'backup', database: live, applicationName: `${APPLICATION_PREFIX} last look` });
			await phase('closing the live database');
			await allowConnections(client, live, false);
			await orElse(
				async () => {
					await phase('ending its sessions');
					await endSessions(client, live, await backendPid(looker));
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
					await allowConnections(client, live, true);
				},
			);
			await orElse(
				async () => {
					await phase('putting the replacement in its place');
					await rename(client, replacement, live);
				},
				async () => {
					await rename(client, keepAs, live);
					await allowConnections(client, live, true);
				},
			);
			await phase('opening the replacement');
			await allowConnections(client, live, true);
		},
	);
}

/** Undoes on failure. When undoing fails too, both are told: people must know what they are left with. */
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

async function backendPid(client: TargetClient): Promise<number> {
	const { rows } = await client.query<{ pid: number }>('select pg_catalog.pg_backend_pid() as pid');
	if (!rows[0]) throw new Error('the server did not tell the number of our own session');
	return rows[0].pid;
}

async function allowConnections(client: TargetClient, database: string, allowed: boolean): Promise<void> {
	await client.query(`alter database ${quoteIdentifier(database)} with allow_connections ${allowed}`);
}

async function rename(client: TargetClient, from: string, to: string): Promise<void> {
	await client.query(`alter database ${quoteIdentifier(from)} rename to ${quoteIdentifier(to)}`);
}

/**
 * Ends every session of a database and waits until they are gone. Autovacuum, which runs as nobody, gives way to a rename by itself;
 * what kind of backend another role's is, this login cannot see.
 */
async function endSessions(client: TargetClient, database: string, exceptPid = 0): Promise<void> {
	const deadline = performance.now() + SESSIONS_END_WITHIN_MS;
	for (;;) {
		const { rows } = await client.query<{ pid: number; user: string; application: string }>(
			`select pid, coalesce(usename, '') as "user", application_name as application from pg_catalog.pg_stat_activity
			  where datname = $1 and usesysid is not null and pid <> $2`,
			[database, exceptPid],
		);
		if (rows.length === 0) return;
		const refusals: (string | null)[] = [];
		for (const { pid } of rows) refusals.push(await terminate(client, pid));
		if (performance.now() >= deadline) {
			const names = rows.map(({ pid, user, application }) => `pid ${pid} of ${user} (${application || 'no application name'})`);
			const why = refusals.find((refusal) => refusal !== null);
			throw new Error(`these sessions of ${database} did not end: ${names.join(', ')}${why ? `; ${why}` : ''}`);
		}
		await sleep(POLL_MS);
	}
}

/** Null when the signal was sent; otherwise why not: only a superuser ends a superuser's session. */
async function terminate(client: TargetClient, pid: number): Promise<string | null> {
	try {
		await client.query('select pg_catalog.pg_terminate_backend($1)', [pid]);
		return null;
	} catch (error) {
		return (error as Error).message;
	}
}
