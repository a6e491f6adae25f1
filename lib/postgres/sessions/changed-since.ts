import type { ObjectChange } from '#lib/domain/restore-price.ts';
import { type Census, diffCensus, type TableCensus } from '#lib/postgres/catalog/census.ts';
import { type CatalogEntry, diffCatalogs } from '#lib/postgres/catalog/fingerprint.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';

/** All that a database holds, at one moment: what two of them differ in was done in between, whoever did it and whatever the statistics say. */
export type State = { catalog: CatalogEntry[]; census: Census };

/** At least so many rows: a table that has as many as before, and other ones, counts as one. `now` is what it holds at the second look. */
export type TableChange = { table: string; rows: number; before: number; after: number; now: TableCensus; isRewritten: boolean };

export type Changed = {
	tables: TableChange[];
	objects: ObjectChange[];
	/** As "eng.s: at 5, then at 9". */
	sequences: string[];
};

/** What was written, and what was made, removed or altered, between two states of the same database. */
export function changedBetween(before: State, after: State): Changed {
	const { added, removed, changed } = diffCatalogs(before.catalog, after.catalog);
	return {
		tables: differing([...before.census.tables, ...before.census.beside], [...after.census.tables, ...after.census.beside]),
		objects: [
			...removed.map(({ kind, name }) => ({ kind, name, what: 'is gone', definition: null }) as const),
			...added.map(({ kind, name, definition }) => ({ kind, name, what: 'is new', definition }) as const),
			...changed.map(({ kind, name, definition }) => ({ kind, name, what: 'was altered', definition }) as const),
		],
		sequences: sequencesMoved(before.census, after.census),
	};
}

/** Sequences that stand elsewhere, or were made or removed, a line each. */
export function sequencesMoved(before: Pick<Census, 'sequences'>, after: Pick<Census, 'sequences'>): string[] {
	const only = ({ sequences }: Pick<Census, 'sequences'>) => ({ tables: [], beside: [], sequences, snapshot: '' });
	return diffCensus(only(before), only(after));
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

/** pg_current_snapshot() as text. */
export async function readSnapshot(client: TargetClient): Promise<string> {
	const { rows } = await client.query<{ snapshot: string }>('select pg_catalog.pg_current_snapshot()::text as snapshot');
	if (!rows[0]) throw new Error('the server gave no snapshot');
	return rows[0].snapshot;
}

/** `xmin:xmax:xip,…`, as PostgreSQL writes a pg_snapshot. */
function parse(snapshot: string): { next: bigint; open: Set<bigint> } {
	const [, next = '', list = ''] = snapshot.split(':');
	return { next: BigInt(next), open: new Set(list.split(',').filter(Boolean).map(BigInt)) };
}

/** A table that is gone is in the catalog; one that is new counts with its rows. */
function differing(before: TableCensus[], after: TableCensus[]): TableChange[] {
	const old = new Map(before.map((t) => [t.table, t]));
	return after.flatMap((now) => {
		const was = old.get(now.table);
		const isSame = was ? was.rows === now.rows && was.versions === now.versions : now.rows === 0;
		if (isSame) return [];
		const rows = Math.max(1, Math.abs(now.rows - (was?.rows ?? 0)));
		return [
			{ table: now.table, rows, before: was?.rows ?? 0, after: now.rows, now, isRewritten: was !== undefined && was.file !== now.file },
		];
	});
}
