import type { FallsAsk, HeavyLock, ReachAsk } from '#lib/domain/impact.ts';
import type { LockLevel } from './act.ts';
import type { Plan } from './plan-in-words.ts';

/** What the target's catalog must be asked about a plan: how large things are, what falls with others, and what is locked with them. */
export function impactAsks({ touched, harms }: Pick<Plan, 'touched' | 'harms'>) {
	return {
		relations: touched.map(({ name }) => name),
		falls: harms.flatMap((line): FallsAsk[] => line.asks),
		locked: touched.flatMap(({ name, level }): HeavyLock[] => (isHeavy(level) ? [{ name, level }] : [])),
		reaching: touched.flatMap(({ name, reaches }) =>
			reaches.flatMap(({ whom, level }): ReachAsk[] => (isHeavy(level) ? [{ name, whom, level }] : [])),
		),
	};
}

function isHeavy(level: LockLevel): level is HeavyLock['level'] {
	return level === 'exclusive' || level === 'noWrites';
}
