import { describe, expect, test } from 'vitest';
import { editBetween, markedInLine, offsetInLine } from '#components/change/code/place-in-line.ts';

describe('the place of a finding in a line', () => {
	test('counts characters, not the units of the browser', () => {
		const line = "select '🐘🐘' oops";
		expect(line.slice(offsetInLine(line, 13))).toBe(' oops'.slice(1));
		expect(offsetInLine('abc', 99), 'beyond the line: its end').toBe(3);
	});

	test.each([
		['a word', 'create tabel eng.b', 8, 'tabel'],
		['a sign alone', 'select 1 );', 10, ')'],
		['a character of two units', '🐘 x', 1, '🐘'],
		['the last character, at the end of the line', 'select', 7, 't'],
	])('is underlined: %s', (_what, line, column, marked) => {
		const { from, to } = markedInLine(line, column);
		expect(line.slice(from, to)).toBe(marked);
	});

	test('in an empty line is the line', () => {
		expect(markedInLine('', 1)).toEqual({ from: 0, to: 0 });
	});
});

describe('an edit between two texts', () => {
	test.each([
		['the same', 'abc', 'abc'],
		['in the middle', 'files: [a, b]', 'files: [a, c, b]'],
		['of a repeated letter', 'aaa', 'aaaa'],
		['to nothing', 'abc', ''],
		['from nothing', '', 'abc'],
		['of everything', 'abc', 'xyz'],
	])('makes the one of the other: %s', (_what, before, after) => {
		const { from, to, insert } = editBetween(before, after);
		expect(before.slice(0, from) + insert + before.slice(to)).toBe(after);
	});

	test('leaves alone what is the same on both sides', () => {
		expect(editBetween('files: [a, b]', 'files: [a, c, b]')).toEqual({ from: 11, to: 11, insert: 'c, ' });
	});
});
