import pg from 'pg';

/** The console's own database and its two roles. */
export type ConsoleDatabase = { database: string; owner: Login; app: Login };
export type Login = { user: string; password: string };

/**
 * Makes the console's roles and database, unless they are there. `owner` runs the migrations; `app` is what the console connects
 * as, with no privilege but to connect: the migrations grant the rest. `url` is the superuser's, of a database.
 */
export async function prepareConsole(url: (database: string) => string, { database, owner, app }: ConsoleDatabase): Promise<void> {
	const client = new pg.Client({ connectionString: url('postgres') });
	await client.connect();
	const name = pg.escapeIdentifier(database);
	const [ownerName, appName] = [owner, app].map(({ user }) => pg.escapeIdentifier(user));
	try {
		for (const { user, password } of [owner, app]) {
			const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [user]);
			const verb = rowCount ? 'ALTER' : 'CREATE';
			await client.query(`${verb} ROLE ${pg.escapeIdentifier(user)} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
		}
		// The owner makes things in the app's name, such as the job queue's schema.
		await client.query(`GRANT ${appName} TO ${ownerName}`);
		const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
		if (!rowCount) await client.query(`CREATE DATABASE ${name} OWNER ${ownerName}`);
		await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
		await client.query(`GRANT CONNECT ON DATABASE ${name} TO ${appName}`);
	} finally {
		await client.end();
	}
}
