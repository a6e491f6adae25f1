import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import { TOLD_KINDS } from '#lib/domain/notice.ts';
import type { NewRecordEntry } from '#lib/domain/record.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';

/**
 * Appends one entry to the record, inside the transaction that it describes: either both happen or neither. (Without one it is its own transaction.)
 * The bytes stored and chained are the canonical JSON of `{v, at, kind, actor, subject, data}` (docs/formats.md, "Record entry").
 * The database function locks the head of the chain until that transaction ends. An entry that people are told about goes into the outbox
 * with it (lib/notify): what is not committed is told to nobody, and what is committed is told whatever dies afterwards.
 */
export async function appendRecord(tx: Store | StoreTransaction, entry: NewRecordEntry): Promise<void> {
	const body = canonicalBytes({ v: 1, at: new Date().toISOString(), ...entry });
	if (!TOLD_KINDS.includes(entry.kind)) {
		await tx.$queryRaw`select record_append(${body}) as seq`;
		return;
	}
	// One statement, so that no entry is ever without its row of the outbox.
	await tx.$executeRaw`insert into outbox (seq) select record_append(${body})`;
}
