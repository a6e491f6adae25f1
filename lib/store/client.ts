import { PrismaPg } from '@prisma/adapter-pg';
import { env } from '#lib/env.ts';
import { ConsoleClient } from './console-client.ts';
import { type Prisma, PrismaClient } from './generated/client.ts';

/** The console's own database. */
export type Store = PrismaClient;
/** The same inside one transaction. */
export type StoreTransaction = Prisma.TransactionClient;

/** Connections that one process may hold to the console's database. */
const POOL_SIZE = 10;
/** For a connection of the pool to be free, or a new one to be there. */
const CONNECT_TIMEOUT_MS = 30_000;

/** Opens the console's database. Whoever opens it closes it with `$disconnect`. Nothing is connected before the first query. */
export function openStore(databaseUrl: string): Store {
	const pool = {
		connectionString: databaseUrl,
		max: POOL_SIZE,
		connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
		keepAlive: true,
		Client: ConsoleClient,
	};
	return new PrismaClient({ adapter: new PrismaPg(pool) });
}

/** The store of the web process: one, although pages, handlers and instrumentation are bundled apart. */
export function store(): Store {
	const held = globalThis as { countersignStore?: Store };
	held.countersignStore ??= openStore(env().COUNTERSIGN_DATABASE_URL);
	return held.countersignStore;
}
