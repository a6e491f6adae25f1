import { foldObjects, isNothing, type ObjectChange, type RestorePrice, rowsOf, type TableLoss, type Truncated } from '../restore-price.ts';
import { countWords } from './count-words.ts';

/** So many things are named in a sentence; the page lists them all. */
const NAMED = 10;

/** What would be lost, for a sentence: "1 row in eng.orders, 200 rows truncated from eng.audit, the table eng.note". */
export function lossWords(price: RestorePrice): string {
	if (!price.known)
		return `everything since the backup of ${price.since.slice(11, 16)} UTC: how much that is could not be measured (${price.why})`;
	const parts = [
		...price.tables.map(tableWords),
		...price.truncated.map(truncatedWords),
		...foldObjects(price.objects).map(objectLossWords),
		...price.sequences.map((line) => `the sequence ${line}`),
	];
	if (parts.length === 0) return 'nothing';
	return `${parts.slice(0, NAMED).join(', ')}${parts.length > NAMED ? `, and ${countWords(parts.length - NAMED, 'thing')} more` : ''}`;
}

/** The same as the beginning of a sentence. */
export function priceWords(price: RestorePrice): string {
	if (!price.known) return `Unknown: ${lossWords(price)}`;
	if (isNothing(price)) return 'Nobody else changed anything since the backup: nothing will be lost';
	const words = lossWords(price);
	return `${words.charAt(0).toUpperCase()}${words.slice(1)} will be lost`;
}

/** An object as what happened to it: "table eng.note is new". */
export function objectWords({ kind, name, what }: Pick<ObjectChange, 'kind' | 'name' | 'what'>): string {
	return `${kind} ${name} ${what}`;
}

function tableWords(loss: TableLoss): string {
	if (loss.table === 'pg_catalog.pg_largeobject') return 'what was written to large objects';
	return `${loss.atLeast ? 'at least ' : ''}${countWords(rowsOf(loss), 'row')} in ${loss.table}`;
}

/** "200 rows truncated from eng.audit". */
export function truncatedWords({ table, before, after }: Truncated): string {
	return `${countWords(before, 'row')} truncated from ${table}${after > 0 ? `, which now has ${after.toLocaleString('en')}` : ''}`;
}

function objectLossWords({ kind, name, what }: ObjectChange): string {
	if (kind === 'privileges') return `the grants on ${name}`;
	if (kind === 'comment') return `the comment on ${name}`;
	if (kind === 'large objects') return `large objects ${name}`;
	if (what === 'is new') return `the ${kind} ${name}`.trimEnd();
	return `the ${what === 'is gone' ? 'removal' : 'alteration'} of the ${kind} ${name}`.trimEnd();
}
