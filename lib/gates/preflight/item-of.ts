import type { Obstacle, PreflightItem, PreflightState, PreflightSubject } from '#lib/domain/preflight.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';

/** So many are told of one subject; more are counted. */
const MOST_TOLD = 10;

export type Weighed = Obstacle & { state: 'warns' | 'blocks' };

/** What was found about a subject. `clear` is said where that is nothing. The heaviest obstacle decides. */
export function itemOf(subject: PreflightSubject, found: Weighed[], clear: string): PreflightItem {
	if (found.length === 0) return { subject, state: 'clear', words: clear, obstacles: [] };
	const state: PreflightState = found.some((one) => one.state === 'blocks') ? 'blocks' : 'warns';
	const obstacles = found
		.toSorted((a, b) => Number(b.state === 'blocks') - Number(a.state === 'blocks'))
		.slice(0, MOST_TOLD)
		.map(({ what, effect, remedy }) => ({ what, effect, remedy }));
	const more = found.length - obstacles.length;
	return { subject, state, words: `${countWords(found.length, 'obstacle')}${more > 0 ? `, ${more} of them not shown` : ''}`, obstacles };
}
