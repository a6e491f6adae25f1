import { expect, test } from 'vitest';
import { readTogether } from '#lib/stream/read-together.ts';

test('all who ask at the same moment share one read, and it begins after the last of them asked', async () => {
	let reads = 0;
	let row = 'old';
	const read = async () => {
		reads += 1;
		return row;
	};
	const all = Promise.all(Array.from({ length: 200 }, () => readTogether('run 1 after 7', read)));
	row = 'new';
	expect(new Set(await all)).toEqual(new Set(['new']));
	expect(reads).toBe(1);
});

test('whoever asks once a read has begun gets another one, and other questions are their own', async () => {
	const begun: (() => void)[] = [];
	const read = (answer: string) => () => new Promise<string>((resolve) => begun.push(() => resolve(answer)));
	const first = readTogether('run 1', read('first'));
	await expect.poll(() => begun.length).toBe(1);
	const second = readTogether('run 1', read('second'));
	const other = readTogether('run 2', read('other'));
	await expect.poll(() => begun.length).toBe(3);
	for (const end of begun) end();
	expect(await Promise.all([first, second, other])).toEqual(['first', 'second', 'other']);
});

test('a read that fails fails for all who shared it, and for nobody after them', async () => {
	const failing = () => Promise.reject(new Error('no answer'));
	const both = await Promise.allSettled([readTogether('run 3', failing), readTogether('run 3', failing)]);
	expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
	expect(await readTogether('run 3', async () => 'there again')).toBe('there again');
});
