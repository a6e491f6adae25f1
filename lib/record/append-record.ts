import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import type { NewRecordEntry } from '#lib/domain/record.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';

/**
 * Appends one entry to the record, inside the transaction that it describes: either both happen or neither. (By itself it is one.)
 * The bytes stored and chained are the canonical JSON of `{v, at, kind, actor, subject, data}` (docs/formats.md, "Record entry").
 * The database function locks the head of the chain until that transaction ends.
 */
export async function appendRecord(tx: Store | StoreTransaction, entry: NewRecordEntry): Promise<void> {
	const body = canonicalBytes({ v: 1, at: new Date().toISOString(), ...entry });
	await tx.$queryRaw`select record_append(${body}) as seq`;
}
