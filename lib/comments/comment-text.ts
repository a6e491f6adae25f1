import { z } from 'zod';
import { MAX_COMMENT_CHARACTERS } from '#lib/domain/comment.ts';

/** What the database cannot take, or makes a text read differently: control characters but tabs and line ends, and those that turn the direction. */
const UNREADABLE = /(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u;

/** The text of a comment or an answer as a form sends it. */
export const commentTextSchema = z
	.string()
	.max(2 * MAX_COMMENT_CHARACTERS)
	.transform((text) => text.replaceAll('\r\n', '\n').trim())
	.pipe(
		z
			.string()
			.min(1, 'write something')
			.max(MAX_COMMENT_CHARACTERS, `at most ${MAX_COMMENT_CHARACTERS.toLocaleString('en')} characters`)
			.refine((text) => text.isWellFormed() && !UNREADABLE.test(text), 'remove the control characters'),
	);
