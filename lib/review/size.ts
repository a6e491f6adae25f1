import type { CatalogFacts, RelationFacts } from '#lib/domain/bundle/catalog-facts.ts';
import type { Severity } from '#lib/domain/bundle/finding.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';

/** From this size on, reading or writing a whole table takes long enough for others to notice. */
export const BIG_BYTES = 64 * 1024 * 1024;

/** What is known of a relation: null when the target has none of that name, and `unknown` when it did not answer. */
export function sizeOf(facts: CatalogFacts | null, relation: string): RelationFacts | null | 'unknown' {
	return facts === null ? 'unknown' : (facts.relations[relation] ?? null);
}

/** A big table, or one of which nobody knows, must be accepted. */
export function severityBySize(size: RelationFacts | 'unknown'): Severity {
	return size === 'unknown' || size.bytes >= BIG_BYTES ? 'accept' : 'note';
}

/** "eng.orders (about 1,204 rows, 41.2 MB)". */
export function withSize(relation: string, size: RelationFacts | 'unknown'): string {
	if (size === 'unknown') return `${relation} (its size is not known: the target did not answer)`;
	return `${relation} (about ${countWords(size.rows, 'row')}, ${formatBytes(size.bytes)})`;
}
