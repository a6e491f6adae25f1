import { expect, test } from 'vitest';
import { highlightSql } from '#lib/sql/highlight-sql.ts';

function textOf(sql: string): string {
	return highlightSql(sql)
		.map((pieces) => pieces.map((piece) => piece.text).join(''))
		.join('\n');
}

test('shows every character of the SQL, whatever its colour', () => {
	const sql = `select '<b>&amp;"x"</b>' as "a&b" -- it's <i>\nfrom t where x < 1 and y > 2;\n\n/* two\nlines */ do $$ begin raise notice '%', 1; end $$;`;
	expect(textOf(sql)).toBe(sql);
});

test('keeps the colour of a comment over its lines', () => {
	const [first, second] = highlightSql('/* one\ntwo */ select 1');
	expect(first?.[0]).toMatchObject({ text: '/* one', kind: 'comment' });
	expect(second?.[0]).toMatchObject({ text: 'two */', kind: 'comment' });
});

test('makes what cannot be seen visible, by name', () => {
	const pieces = highlightSql('select \u202e1\u200b;').flat();
	expect(pieces.filter((piece) => piece.hidden)).toMatchObject([
		{ text: 'U+202E', hidden: 'right-to-left override' },
		{ text: 'U+200B', hidden: 'zero-width space' },
	]);
});
