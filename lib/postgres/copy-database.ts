import type { Target } from '#lib/domain/target.ts';
import { withTarget } from './connect.ts';
import { applyDatabaseProperties, readDatabaseProperties } from './database-properties.ts';
import { allowConnections, endSessions } from './database-sessions.ts';
import { quoteIdentifier } from './quote.ts';

export type CopyInput = { target: Target; source: string; copy: string; applicationName: string };

/**
 * Makes a second database out of the first by CREATE DATABASE … TEMPLATE, which wants the first free of every session: it is closed,
 * its sessions are ended, and it is opened again whatever happens. What a template leaves behind (settings, privileges, comment) is
 * given to the copy, which stays closed. On failure there is no copy, and the first error is thrown.
 */
export async function copyDatabase({ target, source, copy, applicationName }: CopyInput): Promise<void> {
	const { maintenanceDatabase } = target.connection;
	const properties = await withTarget({ target, login: 'restore', database: source, applicationName }, readDatabaseProperties);
	await withTarget({ target, login: 'restore', database: maintenanceDatabase, applicationName }, async (client) => {
		await allowConnections(client, source, false);
		try {
			await endSessions(client, source);
			await client.query(
				`create database ${quoteIdentifier(copy)} with template ${quoteIdentifier(source)} owner ${quoteIdentifier(properties.owner)} strategy file_copy allow_connections false connection limit ${properties.connectionLimit}`,
			);
		} finally {
			await allowConnections(client, source, true);
		}
		try {
			await applyDatabaseProperties(client, copy, properties);
		} catch (error) {
			await client.query(`drop database ${quoteIdentifier(copy)}`).catch(() => undefined); // The first error is the one to tell.
			throw error;
		}
	});
}
