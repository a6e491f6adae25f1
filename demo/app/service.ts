import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export type DatabaseSettings = { host: string; port: number; database: string; user: string; password: string };

/** One service of the application: its own connections, and a round of work that it repeats until it is stopped. */
export type Service = {
	name: string;
	isRunning(): boolean;
	start(): void;
	/** Resolves when the work has ended and its connections are closed. */
	stop(): Promise<void>;
	/** Throws when the service is stopped. */
	query<R extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<pg.QueryResult<R>>;
	rounds(): number;
	/** The last error of the work; null when the last round went well. */
	lastError(): string | null;
};

export type ServiceSettings = {
	name: string;
	database: DatabaseSettings;
	everyMs: number;
	round: (service: Service) => Promise<void>;
};

/** A lock held by a run is waited for this long, then the round fails and the next one tries again. Below the 5 s that `stop` has. */
const STATEMENT_TIMEOUT_MS = 4_000;

/** Makes a service, not yet started. A database that goes away, or is swapped for another, makes rounds fail and nothing else. */
export function makeService({ name, database, everyMs, round }: ServiceSettings): Service {
	let pool: pg.Pool | null = null;
	let stopping: AbortController | null = null;
	let working: Promise<void> = Promise.resolve();
	let rounds = 0;
	let lastError: string | null = null;

	const service: Service = {
		name,
		isRunning: () => pool !== null,
		start: () => {
			if (pool) return;
			pool = openPool(name, database);
			stopping = new AbortController();
			working = work(stopping.signal);
		},
		stop: async () => {
			stopping?.abort();
			await working;
			const closing = pool;
			stopping = null;
			if (closing && !closing.ending) await closing.end();
			if (pool === closing) pool = null;
		},
		query: (sql, values) => {
			if (!pool) throw new Error(`${name} is stopped`);
			return pool.query(sql, values);
		},
		rounds: () => rounds,
		lastError: () => lastError,
	};

	async function work(signal: AbortSignal): Promise<void> {
		while (!signal.aborted) {
			try {
				await round(service);
				lastError = null;
			} catch (error) {
				lastError = error instanceof Error ? error.message : String(error);
			}
			rounds += 1;
			// An aborted wait is how a stop arrives.
			await sleep(everyMs, undefined, { signal }).catch(() => undefined);
		}
	}
	return service;
}

function openPool(name: string, database: DatabaseSettings): pg.Pool {
	const pool = new pg.Pool({
		...database,
		application_name: name,
		max: 3,
		connectionTimeoutMillis: STATEMENT_TIMEOUT_MS,
		statement_timeout: STATEMENT_TIMEOUT_MS,
	});
	// An idle connection that is ended from the server's side is replaced by the next query.
	pool.on('error', () => undefined);
	return pool;
}
