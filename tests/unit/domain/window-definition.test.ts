import { expect, test } from 'vitest';
import { idleParts, openingsBetween, windowSchema } from '#lib/domain/target/window.ts';

const daily = { from: '02:00', to: '04:00' };
const [EARLY, LATE] = ['2026-12-01T00:00:00Z', '2026-12-02T00:00:00Z'];

test.each([
	['a daily window of no length', { daily: { from: '02:00', to: '02:00' } }, 'daily.to', /00:00 to 24:00/],
	['a daily window that begins when the day is over', { daily: { from: '24:00', to: '02:00' } }, 'daily.from', /00:00/],
	['a one-off window of no length', { once: [{ from: EARLY, to: EARLY }] }, 'once.0.to', /later than/],
	['a one-off window that ends before it begins', { once: [{ from: LATE, to: EARLY }] }, 'once.0.to', /later than/],
	[
		'a freeze that ends before it begins',
		{ daily, freezes: [{ from: LATE, to: EARLY, reason: 'year end' }] },
		'freezes.0.to',
		/later than/,
	],
	['a freeze of no length', { daily, freezes: [{ from: LATE, to: LATE, reason: 'year end' }] }, 'freezes.0.to', /later than/],
	['a key that is not known', { daily, holidays: [] }, '', /holidays/],
])('refuses %s, and says where', (_, window, path, message) => {
	const refused = windowSchema.safeParse(window);
	expect(refused.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
	expect(refused.error?.issues[0]?.message).toMatch(message);
});

test('takes a window past midnight, a whole day, and one that is over', () => {
	for (const window of [
		{ daily: { from: '22:00', to: '02:00' } },
		{ daily: { from: '00:00', to: '24:00' } },
		{ once: [{ from: EARLY, to: LATE }] },
	])
		expect(windowSchema.safeParse(window).success).toBe(true);
});

test('says what of a window has no effect any more', () => {
	const now = new Date('2027-01-01T00:00:00Z');
	expect(idleParts(windowSchema.parse({ daily, once: [{ from: EARLY, to: LATE }] }), now)).toEqual([
		`the window ${EARLY} to ${LATE} is over`,
	]);
	expect(idleParts(windowSchema.parse({ once: [{ from: EARLY, to: LATE }] }), now)).toContain('no window will open again');
	expect(idleParts(windowSchema.parse({ daily }), now)).toEqual([]);
});

test('openings between two times leave freezes out, and say where they began before or go on after', () => {
	const window = windowSchema.parse({
		daily: { from: '22:00', to: '02:00' },
		freezes: [{ from: '2026-11-27T23:00:00Z', to: '2026-11-28T01:00:00Z', reason: 'The close' }],
	});
	const openings = openingsBetween(window, new Date('2026-11-27T01:00:00Z'), new Date('2026-11-28T23:00:00Z'));
	const short = (at: Date | null) => at?.toISOString().slice(5, 16) ?? null;
	expect(openings.map(({ from, to }) => [short(from), short(to)])).toEqual([
		[null, '11-27T02:00'],
		['11-27T22:00', '11-27T23:00'],
		['11-28T01:00', '11-28T02:00'],
		['11-28T22:00', null],
	]);
});
