import { expect, test } from 'vitest';
import { formatFinding } from '#lib/bundle/format-finding.ts';
import { checked } from './bundle-of.ts';

const FINDING = {
	code: 'x',
	severity: 'blocks' as const,
	about: null,
	file: 'a\x1b\n.sql',
	line: null,
	column: null,
	message: 'm',
	instead: 'i',
	excerpt: null,
};
const shown = async (sql: string) => formatFinding((await checked({ 'a.sql': sql })).findings[0] as never).split('\n');

test('puts the caret under the place, after tabs and wide characters', async () => {
	const [place, excerpt, caret, instead] = await shown("\tselect '日本' froom x y;");
	expect(place).toBe('a.sql:1:20  syntax error at or near "x"');
	expect(excerpt).toBe("       select '日本' froom x y;");
	expect(caret).toBe(`${' '.repeat(3 + 4 + 7 + 6 + 7)}^`);
	expect(instead).toMatch(/^ {2}instead: /);
});

test('cuts a long line around the place', async () => {
	const [, excerpt, caret] = await shown(`select '${'x'.repeat(1000)}' froom x y;`);
	expect(excerpt?.length).toBeLessThan(204);
	expect(excerpt?.[(caret?.length ?? 0) - 1]).toBe('x');
});

test('shows control characters as text', async () => {
	const [, excerpt] = await shown('select \x1b[31m froom x y;');
	expect(excerpt).toContain('\\u{1b}[31m');
	expect(formatFinding(FINDING)).toBe('a\\u{1b}\\u{a}.sql  m\n  instead: i');
});

test('says what must be accepted, and by which name', () => {
	const name = '  name: drops_used eng.orders at a\\u{1b}\\u{a}.sql';
	const lines = ['a\\u{1b}\\u{a}.sql  must be accepted: m', '  instead: i', name];
	expect(formatFinding({ ...FINDING, code: 'drops_used', severity: 'accept', about: 'eng.orders' }).split('\n')).toEqual(lines);
	expect(formatFinding({ ...FINDING, severity: 'note' })).toMatch(/ {2}note: m\n/);
});
