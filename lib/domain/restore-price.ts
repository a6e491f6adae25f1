/** What others wrote to one table, in rows. `atLeast`: statistics do not tell, and so many are there to be seen. */
export type TableLoss = { table: string; inserted: number; updated: number; deleted: number; atLeast?: true };
/** A table that others emptied by TRUNCATE: how many rows it had, and how many it has. */
export type Truncated = { table: string; before: number; after: number };
/** An object of the catalog, or one side of it, that others made, removed or altered. `definition` is a hash of what it is now; null when it is gone. */
export type ObjectChange = { kind: string; name: string; what: 'is new' | 'is gone' | 'was altered'; definition: string | null };

/** What a restore would lose: all that others did since the backup. What the change itself did is not in it. */
export type KnownPrice = {
	known: true;
	tables: TableLoss[];
	/** Of all these tables together. */
	rows: number;
	truncated: Truncated[];
	objects: ObjectChange[];
	/** As "eng.orders_id_seq: at 5, then at 9". */
	sequences: string[];
	/** ISO 8601, UTC. */
	measuredAt: string;
	/** Of all that was seen to differ, however it is told: people confirm this. Of a price of before there was one: empty. */
	digest: string;
	/** pg_current_snapshot() as text: where no transaction has ended since, the price is the same. */
	snapshot: string;
};

/** It could not be measured: a restore may lose all that was done since the backup. */
export type UnknownPrice = {
	known: false;
	/** When the backup was complete. ISO 8601, UTC. */
	since: string;
	why: string;
	measuredAt: string;
	digest: string;
};

export type RestorePrice = KnownPrice | UnknownPrice;

/** Whether others have done nothing that a restore would undo. */
export function isNothing(price: RestorePrice): boolean {
	return price.known && price.rows + price.truncated.length + price.objects.length + price.sequences.length === 0;
}

/** Whether a table or an object of this name is the console's own note in the target: nobody loses it. */
export function isConsolesOwn(name: string): boolean {
	return /(^| )countersign(\.|$)/.test(name);
}

export function rowsOf({ inserted, updated, deleted }: TableLoss): number {
	return inserted + updated + deleted;
}

const RELATIONS = ['table', 'partitioned table', 'view', 'materialized view', 'foreign table'];

/** Leaves out what came or went with its table: columns, constraints, grants. */
export function foldObjects(objects: readonly ObjectChange[]): ObjectChange[] {
	const whole = objects.filter(({ kind, what }) => RELATIONS.includes(kind) && what !== 'was altered');
	const belongs = ({ kind, name, what }: ObjectChange) =>
		whole.some(
			(relation) =>
				relation.what === what &&
				(name.startsWith(`${relation.name}.`) ||
					name.endsWith(` on ${relation.name}`) ||
					(!RELATIONS.includes(kind) && name.endsWith(` ${relation.name}`)) ||
					name.includes(` ${relation.name}.`)),
		);
	return objects.filter((object) => !belongs(object));
}

/** A price as it was stored; null when none was. One of before 0023 knew rows only, and must be measured again before it is confirmed. */
export function readPrice(stored: unknown): RestorePrice | null {
	if (stored === null || stored === undefined) return null;
	const price = stored as RestorePrice;
	if (price.known !== undefined) return price;
	const { tables, rows, measuredAt } = stored as KnownPrice;
	return { known: true, tables, rows, truncated: [], objects: [], sequences: [], measuredAt, digest: '', snapshot: '' };
}
