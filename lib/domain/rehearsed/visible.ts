/**
 * How many rows of a relation a reader sees; `more`: there are more, counting stopped there.
 * - denied: the reader may not read it
 * - absent: it was not there
 * - failed: reading it is an error
 * - not counted: there was no time
 */
export type SeenRows = { rows: number; more: boolean } | 'denied' | 'absent' | 'failed' | 'not counted';

/** What one of the target's readers sees of one relation, before the change and with it. A number that is not known is null. */
export type Visible = {
	reader: string;
	/** Quoted where it must be: `eng."Order"`. */
	relation: string;
	/** pg_class.relkind. */
	kind: string;
	before: SeenRows;
	after: SeenRows;
	/** Rows that the reader sees only now: revealed ones, and those that the change itself wrote. */
	gained: number | null;
	/** Rows that the reader sees only now, and that were there before. Null where it was too much to tell them from new ones. */
	revealed: number | null;
	/** Rows that the reader no longer sees, because they are hidden, gone or written anew. */
	lost: number | null;
	/** Whether the manifest says that it is meant (`reveals`). */
	isMeant: boolean;
};

/** Whether somebody sees what was there and was not for their eyes; when in doubt, it is so. */
export function reveals({ gained, revealed }: Pick<Visible, 'gained' | 'revealed'>): boolean {
	return revealed === null ? (gained ?? 0) > 0 : revealed > 0;
}
