import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from '#lib/domain/target/target.ts';
import { APPLICATION_PREFIX, answerWithin, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';

const SESSIONS_END_WITHIN_MS = 10_000;
const POLL_MS = 50;
const OPEN_AGAIN_WITHIN_MS = 30_000;
const OPEN_AGAIN_EVERY_MS = 500;

/** Closes a database to new connections, or opens it again, from the maintenance database. */
export function setConnectionsAllowed({
	target,
	database,
	allowed,
}: {
	target: Target;
	database: string;
	allowed: boolean;
}): Promise<void> {
	const place = {
		target,
		login: 'restore',
		database: target.connection.maintenanceDatabase,
		applicationName: `${APPLICATION_PREFIX} sessions`,
		signal: answerWithin(),
	} as const;
	return withTarget(place, (client) => allowConnections(client, database, allowed));
}

/**
 * Opens the live database again after something failed while it was closed: on a connection of its own, because the one before may be
 * what failed, and again and again for 30 s, because the server may be coming back. Throws when even that did not help.
 */
export async function openAgain({ target, database }: { target: Target; database: string }): Promise<void> {
	const deadline = performance.now() + OPEN_AGAIN_WITHIN_MS;
	for (;;) {
		try {
			return await setConnectionsAllowed({ target, database, allowed: true });
		} catch (error) {
			if (performance.now() >= deadline)
				throw new Error(`${database} could not be reopened for connections: ${(error as Error).message}`, { cause: error });
		}
		await sleep(OPEN_AGAIN_EVERY_MS);
	}
}

/** Closes a database to new connections, or opens it again. Sessions that are there stay. */
export async function allowConnections(client: TargetClient, database: string, allowed: boolean): Promise<void> {
	await client.query(`alter database ${quoteIdentifier(database)} with allow_connections ${allowed}`);
}

/**
 * Ends every session of a database and waits until they are gone. Autovacuum, which runs as nobody, gives way to a rename by itself;
 * what kind of backend another role's is, this login cannot see.
 */
export async function endSessions(client: TargetClient, database: string, exceptPids: readonly number[] = []): Promise<void> {
	const deadline = performance.now() + SESSIONS_END_WITHIN_MS;
	for (;;) {
		const { rows } = await client.query<{ pid: number; user: string; application: string }>(
			`select pid, coalesce(usename, '') as "user", application_name as application from pg_catalog.pg_stat_activity
			  where datname = $1 and usesysid is not null and pid <> all ($2::int[])`,
			[database, exceptPids],
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
		// From PostgreSQL 16 on, which attribute or role it takes is said in the detail.
		const { message, detail } = error as Error & { detail?: string };
		return detail ? `${message}: ${detail}` : message;
	}
}
