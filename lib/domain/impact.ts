/** What else goes when something is dropped, truncated or deleted: asked of the target. `name` is as SQL writes it. */
export type FallsAsk = {
	by: 'drop' | 'drop_cascade' | 'truncate' | 'truncate_cascade' | 'delete';
	noun: string;
	name: string;
	column: string | null;
};

/** The answer, such as "view eng.report". `missing`: the target has nothing of that name now, or nobody knows how to look for it. */
export type Falls =
	| { missing: true }
	| {
			missing: false;
			names: string[];
			/** Names beyond the ones given. */
			more: number;
	  };

/** As PostgreSQL's statistics have it: rows are about so many. Partitions and children are counted in; bytes are with indexes and TOAST. */
export type RelationSize = { rows: number; bytes: number };

/** What the target says about a plan, or why it was not asked in time. */
export type Impact =
	| {
			measured: true;
			at: string;
			/** Null: not there now. */
			sizes: Record<string, RelationSize | null>;
			falls: Record<string, Falls>;
			/** Relations that the SQL does not name, or not for that, and that others wait for until COMMIT. */
			alsoLocked: AlsoLocked[];
	  }
	| { measured: false; why: string };

/** `exclusive`: nobody can read or write to it; `noWrites`: nobody can write to it. */
export type HeavyLock = { name: string; level: 'exclusive' | 'noWrites' };
/** Of what is locked by name, with whom: its partitions and children (of a view, what it reads), or its partitions alone. */
export type ReachAsk = HeavyLock & { whom: 'children' | 'partitions' };
/** `fell`: because of what falls or is emptied; `reached`: because it is a part of something that is locked, or is read by it. */
export type AlsoLocked = HeavyLock & { because: 'fell' | 'reached' };

/** The key of an ask among the answers. */
export function keyOfAsk({ by, noun, name, column }: FallsAsk): string {
	return [by, noun, name, column ?? ''].join(' ');
}
