import { expect, test } from 'vitest';
import { compareFiles } from '#lib/domain/bundle/compare-files.ts';

const file = (path: string, sha256: string) => ({ path, sha256 });

test('each file is added, removed, changed or unchanged, in the order in which the later revision runs them', () => {
	const before = [file('1.sql', 'a'), file('gone.sql', 'b'), file('2.sql', 'c')];
	const after = [file('2.sql', 'd'), file('new.sql', 'e'), file('1.sql', 'a')];
	expect(compareFiles(before, after)).toEqual([
		{ path: '2.sql', state: 'changed' },
		{ path: 'new.sql', state: 'added' },
		{ path: '1.sql', state: 'unchanged' },
		{ path: 'gone.sql', state: 'removed' },
	]);
});

test('a file that only moved to another path is removed there and added here', () => {
	expect(compareFiles([file('a/1.sql', 'a')], [file('b/1.sql', 'a')])).toEqual([
		{ path: 'b/1.sql', state: 'added' },
		{ path: 'a/1.sql', state: 'removed' },
	]);
});

test('a file whose path is the name of something every object has is compared as any other', () => {
	expect(compareFiles([file('constructor', 'a')], [file('toString', 'a')])).toEqual([
		{ path: 'toString', state: 'added' },
		{ path: 'constructor', state: 'removed' },
	]);
});
