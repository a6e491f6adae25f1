import { PrismaPg } from '@prisma/adapter-pg';
import { env } from '#lib/env.ts';
import { ConsoleClient } from './console-client.ts';
import { type Prisma, PrismaClient } from './generated/client.ts';

/** The shapes of queries, for types. */
export type { Prisma };

/** The console's own database. */
export type Store = PrismaClient;
/** The same inside one transaction. */
export type StoreTransaction = Prisma.TransactionClient;

/** How many connections one process may have to the console's database. */
const POOL_SIZE = 10;
/** How long to wait for a free or new connection of the pool. */
const CONNECT_TIMEOUT_MS = 30_000;
/** How long one transaction may take. Prisma's own 5 s are not enough for a large bundle on a busy machine. */
const TRANSACTION_TIMEOUT_MS = 30_000;

/** Opens the console's database. The caller closes it with `$disconnect`. It connects at the first query. */
export function openStore(databaseUrl: string): Store {
	const pool = {
		connectionString: databaseUrl,
		max: POOL_SIZE,
		connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
		keepAlive: true,
		Client: ConsoleClient,
	};
	return new PrismaClient({
		adapter: new PrismaPg(pool),
		transactionOptions: { maxWait: CONNECT_TIMEOUT_MS, timeout: TRANSACTION_TIMEOUT_MS },
	});
}

/** The web process's only store, although pages, handlers and instrumentation are bundled separately. */
export function store(): Store {
	const held = globalThis as { countersignStore?: Store };
	held.countersignStore ??= openStore(env().COUNTERSIGN_DATABASE_URL);
	return held.countersignStore;
}
