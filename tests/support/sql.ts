import pg from 'pg';

export type Row = Record<string, unknown>;

/** How often `until` looks: each look may cost a new session, and the processors are shared with what is waited for. */
const LOOK_EVERY_MS = 100;

/**
 * One query on a connection of its own, closed before this returns: a connection that stays open after writing would make the
 * runs under test wait for its statistics. Values arrive as text, as PostgreSQL writes them.
 */
export async function query<T extends Row = Row>(url: string, sql: string, values?: unknown[]): Promise<T[]> {
	const client = await openSession(url);
	try {
		return await rowsOf<T>(client, sql, values);
	} finally {
		await client.end();
	}
}

/** The last result of what may be several statements. */
async function rowsOf<T extends Row>(client: pg.Client, sql: string, values?: unknown[]): Promise<T[]> {
	const result = (await client.query(sql, values)) as pg.QueryResult<T> | pg.QueryResult<T>[];
	return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? [];
}

/**
 * Queries as `query` does, on a session that is kept for the next one: a new session costs a process, and some things are looked at
 * over and over. What is asked while the session is busy, or after an error, gets a new one.
 */
export function keptSession(url: string): {
	query<T extends Row = Row>(sql: string, values?: unknown[]): Promise<T[]>;
	close(): Promise<void>;
} {
	let free: pg.Client | null = null;
	const open = async () => {
		const client = await openSession(url);
		client.once('end', () => {
			if (free === client) free = null;
		});
		return client;
	};
	return {
		query: async <T extends Row = Row>(sql: string, values?: unknown[]) => {
			const client = free ?? (await open());
			if (free === client) free = null;
			let rows: T[];
			try {
				rows = await rowsOf<T>(client, sql, values);
			} catch (error) {
				await client.end();
				throw error;
			}
			if (free) await client.end();
			else free = client;
			return rows;
		},
		close: async () => {
			await free?.end();
		},
	};
}

/** A session that stays, as somebody's open psql. Whoever opens it ends it. */
export async function openSession(url: string): Promise<pg.Client> {
	const client = new pg.Client({
		connectionString: url,
		application_name: 'psql',
		types: { getTypeParser: () => (text: string) => text } as never,
	});
	client.on('error', () => undefined); // A test may have it ended.
	await client.connect();
	return client;
}

/** A new database as a copy of a template, which nobody is connected to. One clone of the cluster at a time. */
export async function cloneDatabase(urlOf: (database: string) => string, { from, to }: { from: string; to: string }): Promise<void> {
	const client = await openSession(urlOf('postgres'));
	try {
		await client.query('select pg_advisory_lock(1)');
		await client.query(`create database ${pg.escapeIdentifier(to)} template ${pg.escapeIdentifier(from)}`);
	} finally {
		await client.end();
	}
}

/** Waits until `look` finds something, and returns it. Throws after `withinMs`: a limit for what hangs, not a measure. */
export async function until<T>(what: string, look: () => Promise<T | null | undefined | false | 0>, withinMs = 180_000): Promise<T> {
	const deadline = Date.now() + withinMs;
	for (;;) {
		const found = await look();
		if (found) return found;
		if (Date.now() > deadline) throw new Error(`not seen within ${withinMs / 1000} s: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
	}
}
