import pg, { escapeLiteral } from 'pg';
import type { Target } from '#lib/domain/target/target.ts';
import { readSecret } from '#lib/env.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';
import { setSession } from '#lib/postgres/connection/session-settings.ts';
import { readUrl } from '#lib/postgres/connection/url-config.ts';
import { enrollSections } from './enroll-sql.ts';
import { scramVerifier } from './scram-verifier.ts';

export type EnrollInput = {
	target: Target;
	/** A superuser's URL of any database of the target's cluster. Used once and kept nowhere. */
	superuserUrl: string;
};

/**
 * The whole preparation as a psql script, for people to read and run as a superuser. It holds no password: `\password` asks for
 * each, and sends only its SCRAM verifier.
 */
export function enrollSql(target: Target): string {
	const sections = enrollSections(target).map(
		({ title, database, sql }) => `-- ${title}\n\\connect -reuse-previous=on ${connectName(database)}\n${sql}\n`,
	);
	const passwords = loginsOf(target).map(({ user }) => `\\password ${quoteIdentifier(user)}`);
	return [
		`-- Prepares ${target.name} for the console. Run it with psql as a superuser; it can be run again.`,
		'\\set ON_ERROR_STOP on',
		...sections,
		'-- The passwords, as the secrets of the target definition have them. Leave out a login whose password is set already.',
		...passwords,
		'',
	].join('\n');
}

/**
 * Prepares a target, each database in one transaction, and sets the logins' passwords from the secrets. Idempotent. Returns the
 * server's warnings: what the restore login will not be able to restore. The password of a login that is a superuser is left alone.
 */
export async function enroll({ target, superuserUrl }: EnrollInput): Promise<string[]> {
	const warnings: string[] = [];
	for (const { database, sql } of enrollSections(target)) {
		await inDatabase({ superuserUrl, database, onWarning: (text) => warnings.push(text) }, async (client) => {
			await client.query('begin');
			await client.query(sql);
			if (database === target.connection.maintenanceDatabase) await setPasswords(client, target);
			await client.query('commit');
		});
	}
	return warnings;
}

async function setPasswords(client: pg.Client, target: Target): Promise<void> {
	for (const { user, password } of loginsOf(target)) {
		const { rows } = await client.query<{ rolsuper: boolean }>('select rolsuper from pg_catalog.pg_roles where rolname = $1', [user]);
		if (rows[0]?.rolsuper) continue;
		await client.query(`alter role ${quoteIdentifier(user)} password ${escapeLiteral(scramVerifier(readSecret(password)))}`);
	}
}

type Place = { superuserUrl: string; database: string; onWarning: (text: string) => void };

/** A transaction that fails is rolled back by closing the connection. */
async function inDatabase({ superuserUrl, database, onWarning }: Place, work: (client: pg.Client) => Promise<void>): Promise<void> {
	const client = new pg.Client({
		...readUrl(superuserUrl).client,
		database,
		application_name: 'countersign enroll',
		connectionTimeoutMillis: 10_000,
	});
	client.on('error', () => {
		// The running query rejects with it.
	});
	client.on('notice', (notice) => {
		if (notice.severity === 'WARNING') onWarning(notice.message ?? '');
	});
	await client.connect();
	try {
		await setSession(client);
		await work(client);
	} finally {
		await client.end().catch(() => undefined);
	}
}

function loginsOf(target: Target) {
	const { run, backup, restore } = target.connection.logins;
	return [run, backup, restore];
}

/** A database's name for psql's `\connect`, safe whatever it contains: a connection string, quoted once for libpq and once for psql. */
function connectName(database: string): string {
	const forLibpq = `dbname='${database.replace(/[\\']/g, '\\$&')}'`;
	return `'${forLibpq.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
