import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

const FOLDER = join(import.meta.dirname, '../../demo/target');

export type LoadInput = {
	/** The superuser's URL of a database. */
	url: (database: string) => string;
	database: string;
	/** Of ehg_app, the application's role. */
	applicationPassword: string;
};

/**
 * Makes the demo's target database with its roles and rows, unless it is there: 180 directives, 120 ventures and 302,400
 * measurements. It is made under another name and renamed when whole.
 */
export async function loadTarget({ url, database, applicationPassword }: LoadInput): Promise<void> {
	const admin = new pg.Client({ connectionString: url('postgres') });
	await admin.connect();
	try {
		const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [database]);
		if (rowCount) return;
		const unfinished = `${database}_unfinished`;
		await admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(unfinished)} WITH (FORCE)`);
		await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(unfinished)}`);
		await loadFiles(url(unfinished));
		await admin.query(`ALTER ROLE ehg_app LOGIN PASSWORD ${pg.escapeLiteral(applicationPassword)}`);
		await admin.query(`ALTER DATABASE ${pg.escapeIdentifier(unfinished)} RENAME TO ${pg.escapeIdentifier(database)}`);
	} finally {
		await admin.end();
	}
}

async function loadFiles(url: string): Promise<void> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		for (const file of readdirSync(FOLDER).sort()) await client.query(readFileSync(join(FOLDER, file), 'utf8'));
		await client.query('VACUUM (ANALYZE)');
	} finally {
		await client.end();
	}
}
