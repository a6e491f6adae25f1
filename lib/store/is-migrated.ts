import type { Store } from './client.ts';
import { Prisma } from './generated/client.ts';

type Model = { findFirst: () => Promise<unknown> };

/** Reads a row of every table with all columns that this version knows. Throws when one is missing or cannot be read. */
export async function assertMigrated(store: Store): Promise<void> {
	const models = store as unknown as Record<string, Model>;
	for (const name of Object.keys(Prisma.ModelName)) await models[`${name[0]?.toLowerCase()}${name.slice(1)}`]?.findFirst();
}
