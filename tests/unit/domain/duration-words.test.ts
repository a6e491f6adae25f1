import { expect, test } from 'vitest';
import { measuredWords } from '#lib/domain/wording/duration-words.ts';

test('a measured length is never 0.0 s: what is short is told in ms', () => {
	expect([0, 12, 49, 50, 320, 12_400, 363_000].map(measuredWords)).toEqual([
		'0 ms',
		'12 ms',
		'49 ms',
		'0.1 s',
		'0.3 s',
		'12.4 s',
		'6 min 3 s',
	]);
});
