import { objectWords } from '#lib/domain/wording/price-words.ts';
import { type CatalogEntry, diffCatalogs, ofCluster, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { readOwnWrites, readTouched } from '#lib/postgres/sessions/write-counters.ts';
import { updateOwnRun } from '#lib/run/owner/journal.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { leftAsKept } from '#lib/run/restore/look-after-commit.ts';
import { staysWords } from '#lib/run/restore/what-stays.ts';
import { inTime } from './in-time.ts';
import type { OpenTransaction } from './open-transaction.ts';

/**
 * Keeps what the change has done, right before COMMIT: what differs from it later, others did. A catalog that cannot be read here, behind a
 * lock of somebody else, is read after COMMIT: it is no reason to roll back. What it has changed of the whole cluster, and a restore would not undo, is
 * told: no text need have said so. Returns the catalog, or null.
 */
export async function keepLeft(run: OpenRun, transaction: OpenTransaction, before: CatalogEntry[]): Promise<CatalogEntry[] | null> {
	const { client, tell, signal } = transaction;
	const ownWrites = await inTime(transaction, readOwnWrites(client));
	const touched = await inTime(transaction, readTouched(client));
	const catalog = await inTime(transaction, readCatalog(client)).catch((error: Error) => {
		signal.throwIfAborted();
		const message = `the catalog could not be read before COMMIT, and is read after it: ${error.message}`;
		tell({ phase: 'notice', data: { severity: 'WARNING', message } });
		return null;
	});
	const stays = catalog ? staysOf(before, catalog) : [];
	if (stays.length > 0) tell({ phase: 'notice', data: { severity: 'WARNING', message: staysWords(stays) } });
	await updateOwnRun(run.store, run, { look: leftAsKept({ ownWrites, touched, catalog, stays }) });
	return catalog;
}

function staysOf(before: CatalogEntry[], left: CatalogEntry[]): string[] {
	const { added, removed, changed } = diffCatalogs(ofCluster(before), ofCluster(left));
	return [
		...removed.map((entry) => objectWords({ ...entry, what: 'is gone' })),
		...added.map((entry) => objectWords({ ...entry, what: 'is new' })),
		...changed.map((entry) => objectWords({ ...entry, what: 'was altered' })),
	];
}
