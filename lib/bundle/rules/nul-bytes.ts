import type { ByteRule } from './rule.ts';

/** PostgreSQL's text has no NUL, and C code would stop reading at it. */
export const nulBytes: ByteRule = (bytes) => {
	const offset = bytes.indexOf(0);
	if (offset === -1) return null;
	return {
		code: 'nul_byte',
		offset,
		message: 'NUL byte: PostgreSQL cannot hold one in text',
		instead: 'Save the file as plain UTF-8 text. A NUL at every other byte means that it was saved as UTF-16.',
	};
};
