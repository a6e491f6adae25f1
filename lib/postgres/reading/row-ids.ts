/** Hashes of what identifies rows, sorted; as many as there are rows, so the same may stand there twice. */
export type RowIds = BigInt64Array;

/** As PostgreSQL writes an array of int8: `{1,-2}`. */
export function parseRowIds(text: string): RowIds {
	const inner = text.slice(1, -1);
	return BigInt64Array.from(inner === '' ? [] : inner.split(','), BigInt).sort();
}

/** Those that are in `of` and not in `others`. */
export function onlyIn(of: RowIds, others: RowIds): RowIds {
	const only: bigint[] = [];
	let at = 0;
	for (const id of of) {
		while (at < others.length && (others[at] as bigint) < id) at += 1;
		if (at < others.length && others[at] === id) at += 1;
		else only.push(id);
	}
	return BigInt64Array.from(only);
}

/** How many are in both. */
export function countInBoth(one: RowIds, other: RowIds): number {
	return one.length - onlyIn(one, other).length;
}
