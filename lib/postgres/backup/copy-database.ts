import type { Target } from '#lib/domain/target/target.ts';
import { answerWithin, type ConnectInput, cutTarget, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';
import { cancelBackend } from '#lib/postgres/sessions/activity.ts';
import { allowConnections, endSessions, openAgain } from '#lib/postgres/sessions/database-sessions.ts';
import { applyDatabaseProperties, readDatabaseProperties } from './database-properties.ts';

export type CopyInput = { target: Target; source: string; copy: string; applicationName: string; signal: AbortSignal };

/**
 * Makes a second database out of the first by CREATE DATABASE … TEMPLATE, which wants the first free of every session: it is closed,
 * its sessions are ended, and it is opened again whatever happens. What a template leaves behind (settings, privileges, comment) is
 * given to the copy, which stays closed. On failure there is no copy, and the first error is thrown. An abort cancels the copying.
 */
export async function copyDatabase({ target, source, copy, applicationName, signal }: CopyInput): Promise<void> {
	const place = { target, login: 'restore', database: target.connection.maintenanceDatabase, applicationName } as const;
	const properties = await withTarget({ ...place, database: source, signal }, (client) => readDatabaseProperties(client));
	const copySql = `create database ${quoteIdentifier(copy)} with template ${quoteIdentifier(source)} owner ${quoteIdentifier(properties.owner)}
		strategy file_copy allow_connections false connection limit ${properties.connectionLimit}`;
	await withTarget(place, async (client) => {
		await whileClosed({ client, target, source }, async () => {
			await endSessions(client, source);
			await queryUntilAborted({ client, place, signal }, copySql);
		});
		try {
			await applyDatabaseProperties(client, copy, properties);
		} catch (error) {
			await client.query(`drop database ${quoteIdentifier(copy)}`).catch(() => undefined); // The first error is the one to report.
			throw error;
		}
	});
}

/** Nobody can connect to the database during `work`. If it cannot be opened again, both errors are reported: people must know. */
async function whileClosed(
	{ client, target, source }: { client: TargetClient; target: Target; source: string },
	work: () => Promise<void>,
): Promise<void> {
	const closeAndWork = async () => {
		await allowConnections(client, source, false);
		await work();
	};
	const failure = await closeAndWork().then(
		() => null,
		(error: Error) => error,
	);
	await openAgain({ target, database: source }).catch((second: Error) => {
		throw failure ? new Error(`${failure.message}; and ${second.message}`, { cause: failure }) : second;
	});
	if (failure) throw failure;
}

/** One statement, which an abort cancels from another connection; where even that fails, the server is not waited for. */
async function queryUntilAborted(
	{ client, place, signal }: { client: TargetClient; place: ConnectInput; signal: AbortSignal },
	sql: string,
): Promise<void> {
	const { rows } = await client.query<{ pid: number }>('select pg_catalog.pg_backend_pid() as pid');
	const pid = rows[0]?.pid as number;
	const cancel = () =>
		void withTarget({ ...place, signal: answerWithin() }, (other) => cancelBackend(other, pid)).catch(() => cutTarget(client));
	signal.throwIfAborted();
	signal.addEventListener('abort', cancel, { once: true });
	try {
		await client.query(sql);
	} finally {
		signal.removeEventListener('abort', cancel);
	}
}
