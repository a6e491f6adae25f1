import { expect, test } from 'vitest';
import { commentTextSchema } from '#lib/comments/comment-text.ts';
import { MAX_COMMENT_CHARACTERS } from '#lib/domain/comment.ts';

test('a text comes without its margins, and with the line ends of the console', () => {
	expect(commentTextSchema.parse('  first\r\n\tsecond 👍🏽 \r\n')).toBe('first\n\tsecond 👍🏽');
	expect(commentTextSchema.parse('a\r\n'.repeat(MAX_COMMENT_CHARACTERS / 2))).toHaveLength(MAX_COMMENT_CHARACTERS - 1);
});

test.each([
	{ what: 'nothing', text: ' \r\n ' },
	{ what: 'too much', text: 'x'.repeat(MAX_COMMENT_CHARACTERS + 1) },
	{ what: 'a zero byte', text: 'a\u0000b' },
	{ what: 'an override of the direction', text: 'a\u202eb' },
	{ what: 'half a character', text: 'a\ud83d' },
])('$what is refused', ({ text }) => {
	expect(commentTextSchema.safeParse(text).success).toBe(false);
});
