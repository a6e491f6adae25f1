import type { CatalogEntry } from './fingerprint.ts';

/**
 * PostgreSQL prints an expression from its parsed form, and may print it otherwise once the text has been dumped and parsed again:
 * `n between 1 and 2 and a` loses a pair of parentheses. So the text alone does not say whether a restore means the same.
 *
 * Returns the entries of `restored` that differ from `live` in no more than parentheses and casts. They mean the same where a second
 * restore of the same text prints the very same: see `asRestored`.
 */
export function printedOtherwise(live: readonly CatalogEntry[], restored: readonly CatalogEntry[]): CatalogEntry[] {
	const before = new Map(live.map((entry) => [keyOf(entry), entry]));
	return restored.filter((entry) => {
		const old = before.get(keyOf(entry));
		return old !== undefined && old.definition !== entry.definition && old.outline !== null && old.outline === entry.outline;
	});
}

/**
 * What the catalog must be after a restore: as it is now, but for what is printed otherwise and is exactly what a second restore gives.
 * `again` is the catalog of that second restore; null when nothing is printed otherwise.
 */
export function asRestored(catalogs: {
	live: readonly CatalogEntry[];
	restored: readonly CatalogEntry[];
	again: readonly CatalogEntry[] | null;
}): CatalogEntry[] {
	const second = new Map((catalogs.again ?? []).map((entry) => [keyOf(entry), entry.definition]));
	const same = printedOtherwise(catalogs.live, catalogs.restored).filter((entry) => second.get(keyOf(entry)) === entry.definition);
	const reprinted = new Map(same.map((entry) => [keyOf(entry), entry]));
	return catalogs.live.map((entry) => reprinted.get(keyOf(entry)) ?? entry);
}

/** Whether a materialized view has rows: nothing that a restore of definitions alone could bring back. */
export function definitionsOf(catalog: readonly CatalogEntry[]): CatalogEntry[] {
	return catalog.filter(({ kind }) => kind !== 'filled');
}

function keyOf({ kind, name }: CatalogEntry): string {
	return JSON.stringify([kind, name]);
}
