/** One thing that a statement does, as far as its kind tells. Acts with the same lead become one line. */
export type Act = {
	sign: 'create' | 'alter' | 'drop' | 'data' | 'grant' | 'other';
	/** How the line begins; `{n}` is where the number of objects goes. */
	lead: string;
	/** In the singular; the line makes its own plural. Null when the lead says it all. */
	noun: string | null;
	object: string | null;
	detail?: string;
	/** The lock that PostgreSQL takes for it, in words with `{on}` for what it is on. */
	lock?: { relation: string; words: string };
	/** That no restore brings it back, in words. */
	beyondRestore?: string;
};

/** What PostgreSQL's manual, "Explicit Locking", says of the lock modes, in words. */
export const LOCKS = {
	exclusive: 'Locks {on} exclusively until COMMIT',
	noWrites: 'Blocks writes to {on} until COMMIT',
	light: 'Reads and writes of {on} go on',
	rows: 'Locks the rows of {on} that it touches',
} as const;
