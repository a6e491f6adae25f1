import { type Census, diffCensus, type TableCensus } from '#lib/postgres/catalog/census.ts';
import { type CatalogEntry, diffCatalogs } from '#lib/postgres/catalog/fingerprint.ts';

/** All that a database holds, at one moment: what two of them differ in was done in between, whoever did it and whatever the statistics say. */
export type State = { catalog: CatalogEntry[]; census: Census };

export type Changed = {
	/** At least so many rows: a table that has as many as before, and other ones, counts as one. */
	tables: { table: string; rows: number; before: number; after: number }[];
	/** In words, each with its kind and name: "table eng.x is new", "sequence eng.s: at 5, then at 9". */
	objects: string[];
};

/** What was written, and what was made, removed or altered, between two states of the same database. */
export function changedBetween(before: State, after: State): Changed {
	const { added, removed, changed } = diffCatalogs(before.catalog, after.catalog);
	return {
		tables: differing([...before.census.tables, ...before.census.beside], [...after.census.tables, ...after.census.beside]),
		objects: [
			...removed.map(({ kind, name }) => `${kind} ${name} is gone`),
			...added.map(({ kind, name }) => `${kind} ${name} is new`),
			...changed.map(({ kind, name }) => `${kind} ${name} was altered`),
			...sequencesMoved(before.census, after.census),
		],
	};
}

export function sequencesMoved(before: Pick<Census, 'sequences'>, after: Pick<Census, 'sequences'>): string[] {
	const only = ({ sequences }: Pick<Census, 'sequences'>) => ({ tables: [], beside: [], sequences, snapshot: '' });
	return diffCensus(only(before), only(after)).map((line) => `sequence ${line}`);
}

/**
 * Whether no transaction has ended between two snapshots but `ours`: then nothing can have been written in between, anywhere in the
 * cluster. False means that it is not known: a transaction of another database, or autovacuum, has an id too.
 */
export function nobodyEndedBetween(before: string, after: string, ours: readonly string[] = []): boolean {
	const [then, now] = [parse(before), parse(after)];
	const open = new Set([...now.open, ...ours.map(BigInt)]);
	if ([...then.open].some((xid) => !open.has(xid))) return false;
	for (let xid = then.next; xid < now.next; xid += 1n) if (!open.has(xid)) return false;
	return true;
}

/** `xmin:xmax:xip,…`, as PostgreSQL writes a pg_snapshot. */
function parse(snapshot: string): { next: bigint; open: Set<bigint> } {
	const [, next = '', list = ''] = snapshot.split(':');
	return { next: BigInt(next), open: new Set(list.split(',').filter(Boolean).map(BigInt)) };
}

/** Tables that only one of the two has are in the catalog. */
function differing(before: TableCensus[], after: TableCensus[]): Changed['tables'] {
	const old = new Map(before.map((t) => [t.table, t]));
	return after.flatMap((now) => {
		const was = old.get(now.table);
		if (!was || (was.rows === now.rows && was.versions === now.versions)) return [];
		return [{ table: now.table, rows: Math.max(1, Math.abs(now.rows - was.rows)), before: was.rows, after: now.rows }];
	});
}
