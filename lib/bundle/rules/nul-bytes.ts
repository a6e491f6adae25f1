import type { ByteRule } from './rule.ts';

/** PostgreSQL's text cannot contain NUL, and C code would stop reading at it. */
export const nulBytes: ByteRule = (bytes) => {
	const offset = bytes.indexOf(0);
	if (offset === -1) return null;
	return {
		code: 'nul_byte',
		offset,
		message: 'NUL byte: PostgreSQL text cannot contain one',
		instead: 'Save the file as plain UTF-8 text. If every second byte is NUL, it was saved as UTF-16.',
	};
};
