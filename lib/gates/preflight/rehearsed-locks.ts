import { type FootprintLock, isAtLeast, type LockMode, type RehearsalReport } from '#lib/domain/rehearsed/rehearsal.ts';
import { LOCK_LEVELS, type LockLevel } from '#lib/sql/plan/act.ts';
import type { NeededLock } from '#lib/sql/plan/touched.ts';
import type { Store } from '#lib/store/client.ts';

/** The locks that the last rehearsal of this digest that passed has seen; none where there was none. */
export async function readRehearsedLocks(store: Store, digest: string): Promise<FootprintLock[]> {
	const passed = await store.rehearsal.findFirst({
		where: { digest, status: 'passed' },
		orderBy: { askedAt: 'desc' },
		select: { report: true },
	});
	return (passed?.report as RehearsalReport | undefined)?.locks ?? [];
}

/** What the SQL tells, and what only a rehearsal shows (inside a function, along a foreign key): the heavier of two on one relation. */
export function withRehearsed(locks: NeededLock[], rehearsed: FootprintLock[]): NeededLock[] {
	const all = new Map(locks.map((lock) => [lock.relation, lock]));
	for (const { relation, mode, statement, file, line } of rehearsed) {
		const lock: NeededLock = { relation, level: levelOf(mode), at: { statement, file, line } };
		const known = all.get(relation);
		if (!known || LOCK_LEVELS.indexOf(lock.level) < LOCK_LEVELS.indexOf(known.level)) all.set(relation, lock);
	}
	return [...all.values()];
}

function levelOf(mode: LockMode): LockLevel {
	if (mode === 'AccessExclusiveLock') return 'exclusive';
	if (isAtLeast(mode, 'ShareLock')) return 'noWrites';
	return mode === 'RowExclusiveLock' ? 'rows' : 'light';
}
