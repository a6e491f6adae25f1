import { expect, test } from 'vitest';
import { countChangedLines } from '#lib/bundle/count-changed-lines.ts';

const text = (...lines: (string | number)[]) => Buffer.from(lines.map((line) => `${line}\n`).join(''));

test.each<[what: string, before: Buffer, after: Buffer, counts: [added: number, removed: number]]>([
	['nothing', text('a', 'b'), text('a', 'b'), [0, 0]],
	['one line in the middle', text('a', 'b', 'c'), text('a', 'x', 'c'), [1, 1]],
	['added at the end', text('a'), text('a', 'b', 'c'), [2, 0]],
	['all of it', text('a', 'b'), Buffer.alloc(0), [0, 2]],
	['a line that moved', text('a', 'b', 'c', 'd'), text('b', 'c', 'd', 'a'), [1, 1]],
	['only the line endings', Buffer.from('a\nb\n'), Buffer.from('a\r\nb\r\n'), [2, 2]],
	['two places', text(1, 2, 3, 4, 5, 6), text(1, 'x', 3, 4, 6, 7), [2, 2]],
])('counts what changed: %s', (_, before, after, [added, removed]) => {
	expect(countChangedLines(before, after)).toEqual({ added, removed, isExact: true });
});

test('two long files that have little in common are counted by their lines, soon, and it says so', () => {
	const numbers = Array.from({ length: 60_000 }, (_, i) => i);
	const counts = countChangedLines(text(...numbers), text(...numbers.map((i) => (i % 2 ? i : -i - 1))));
	expect(counts).toEqual({ added: 30_000, removed: 30_000, isExact: false });
});
