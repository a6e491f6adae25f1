/** One thing that a statement does, as far as its kind shows. Acts with the same lead become one line. */
export type Act = {
	sign: 'create' | 'alter' | 'drop' | 'data' | 'grant' | 'other';
	/** The start of the line; `{n}` is replaced by the number of objects. */
	lead: string;
	/** In the singular; the line makes the plural. Null when the lead is enough. */
	noun: string | null;
	object: string | null;
	detail?: string;
	/** The locks that PostgreSQL takes for it. */
	locks?: Lock[];
	/** Why no restore undoes it, in words. */
	beyondRestore?: string;
};

/** `reaches`: what is locked with it, and how heavily, where there is any. Only the catalog tells the names. */
export type Lock = { relation: string; level: LockLevel; reaches?: Reach | null };
/** `children`: its partitions and what inherits from it, and of a view what it reads; `partitions`: these alone. */
export type Reach = { whom: 'children' | 'partitions'; level: LockLevel };
export type LockLevel = keyof typeof LOCKS;

/** What PostgreSQL's manual, "Explicit Locking", says of the lock modes, in words; the heaviest first. `{on}` is what it is on. */
export const LOCKS = {
	exclusive: { on: 'Blocks reads and writes of {on} until COMMIT', alone: 'Blocks reads and writes until COMMIT' },
	noWrites: { on: 'Blocks writes to {on} until COMMIT', alone: 'Blocks writes until COMMIT' },
	rows: { on: 'Blocks writes to the rows of {on} that it changes', alone: 'Blocks writes to the rows that it changes' },
	light: { on: 'Reads and writes of {on} continue', alone: 'Reads and writes continue' },
} as const;
export const LOCK_LEVELS = Object.keys(LOCKS) as LockLevel[];
