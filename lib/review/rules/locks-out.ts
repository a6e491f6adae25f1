import { LOCKS } from '#lib/sql/plan/act.ts';
import { isMade } from '#lib/sql/plan/made.ts';
import { actsOf } from '#lib/sql/plan/statement-acts.ts';
import type { ReviewRule } from '../rule.ts';
import { BIG_BYTES, sizeOf, withSize } from '../size.ts';

/** Locks on big tables that keep the application from reading or writing them. */
export const locksOut: ReviewRule = (statement, { made, target }) => {
	const locks = actsOf(statement, target.connection.database).flatMap((act) => act.locks ?? []);
	const heavy = locks.filter(({ level, relation }) => (level === 'exclusive' || level === 'noWrites') && !isMade(made, 'table', relation));
	return [...new Map(heavy.map((lock) => [lock.relation, lock])).values()].map(({ relation, level }) => ({
		code: 'locks_out',
		about: relation,
		asks: { relations: [relation] },
		judge: (facts) => {
			const size = sizeOf(facts, relation);
			if (size === null || size === 'unknown' || size.bytes < BIG_BYTES) return null;
			return {
				severity: 'note',
				message: LOCKS[level].on.replace('Blocks', 'this blocks').replace('{on}', withSize(relation, size)),
				instead: 'Put this statement as late in the bundle as it can stand: the lock is held from there until COMMIT.',
			};
		},
	}));
};
