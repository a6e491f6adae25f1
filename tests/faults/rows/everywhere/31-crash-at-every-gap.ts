import { crashAt, PLACES } from '../../harm/crash-at.ts';
import type { Row } from '../../row.ts';

/** Each waits for a lease to end; so many wait side by side. */
const AT_ONCE = 6;

export const crashAtEveryGap: Row = {
	row: 31,
	step: 'every gap between steps',
	fault: 'crash',
	required: 'equals an uncrashed run, or a clean failure',
	long: true,
	async run(world) {
		const left = [...PLACES];
		const ends: Record<string, number> = {};
		const failures: Error[] = [];
		const workThrough = async () => {
			for (let place = left.shift(); place; place = left.shift()) {
				const { faultAt } = place;
				await crashAt(world, place).then(
					(end) => {
						ends[end] = (ends[end] ?? 0) + 1;
					},
					(error: Error) => failures.push(new Error(`FAULT_AT="${faultAt}": ${error.message}`, { cause: error })),
				);
			}
		};
		await Promise.all(Array.from({ length: AT_ONCE }, workThrough));
		if (failures.length > 0) throw new Error(`${failures.length} of ${PLACES.length} places: ${failures.map((f) => f.message).join('\n')}`);
		const told = Object.entries(ends).map(([end, count]) => `${count} ${end.replaceAll('_', ' ')}`);
		return `killed at ${PLACES.length} places: ${told.join(', ')}; each like an uncrashed run`;
	},
};
