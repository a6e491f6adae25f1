import { expect, test } from 'vitest';
import { type PartBegun, seenParts } from '#lib/domain/rehearsed/parts.ts';

const at = (second: number) => `2026-11-27T02:00:${String(second).padStart(2, '0')}.000Z`;
const begun: PartBegun[] = [
	{ part: 'backup', at: at(0) },
	{ part: 'restore', at: at(4) },
	{ part: 'trial', at: at(10) },
];
const words = (parts: ReturnType<typeof seenParts>) => parts.map(({ part, state, ms }) => `${part} ${state} ${ms ?? '-'}`);

test('a rehearsal that is under way says which part it is at, and how long the others took', () => {
	const parts = seenParts({ begun, endedAt: null, hasFailed: false }, new Map([['transaction', 1_500]]));
	expect(words(parts)).toEqual([
		'backup done 4000',
		'restore done 6000',
		'trial running -',
		'transaction waiting -',
		'smoke tests waiting -',
		'restore again waiting -',
	]);
	expect(parts.map(({ expectedMs }) => expectedMs)).toEqual([null, null, null, 1_500, null, null]);
});

test('one that failed says where, and what it did not reach', () => {
	const parts = words(seenParts({ begun, endedAt: at(11), hasFailed: true }, new Map()));
	expect(parts.slice(2)).toEqual(['trial failed 1000', 'transaction skipped -', 'smoke tests skipped -', 'restore again skipped -']);
	expect(words(seenParts({ begun, endedAt: at(11), hasFailed: false }, new Map()))[2]).toBe('trial done 1000');
});
