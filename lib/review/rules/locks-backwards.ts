import { isMade } from '#lib/sql/plan/made.ts';
import { actsOf } from '#lib/sql/plan/statement-acts.ts';
import type { ReviewRule } from '../rule.ts';

/**
 * A view that is locked after what it reads, or a table after its partitions. Whoever reads it locks it first (PostgreSQL's manual, "The
 * Rule System"), then the rest: one that comes in between and this change wait for each other, and PostgreSQL ends one of them.
 */
export const locksBackwards: ReviewRule = (statement, { acts, made, target }) => {
	const lockedBefore = acts.lockedOut.size;
	const locks = actsOf(statement, target.connection.database).flatMap((act) => act.locks ?? []);
	const first = locks.filter(
		({ level, relation }) => level === 'exclusive' && !acts.lockedOut.has(relation) && !isMade(made, 'table', relation),
	);
	return first.map(({ relation }) => ({
		code: 'locks_backwards',
		about: relation,
		asks: { reads: [relation] },
		judge: (facts) => {
			const read = facts?.reads[relation]?.find((name) => (acts.lockedOut.get(name) ?? lockedBefore) < lockedBefore);
			if (!read) return null;
			return {
				severity: 'note',
				message: `whoever reads ${relation} locks it first and then ${read}, which this change has locked before: the two can wait for each other, and PostgreSQL then ends one of them (deadlock, 40P01)`,
				instead: `Put LOCK TABLE ${relation} before the first statement that locks ${read}.`,
			};
		},
	}));
};
