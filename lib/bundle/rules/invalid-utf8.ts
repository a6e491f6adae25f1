import { isUtf8 } from 'node:buffer';
import type { ByteRule } from './rule.ts';

/** The bytes are signed and sent unchanged: everybody must read the same text in them. */
export const invalidUtf8: ByteRule = (bytes) => {
	if (isUtf8(bytes)) return null;
	const offset = firstInvalidByte(bytes);
	const byte = (bytes[offset] ?? 0).toString(16).padStart(2, '0');
	return {
		code: 'invalid_utf8',
		offset,
		message: `byte 0x${byte} is not valid UTF-8 here`,
		instead: 'Convert the file to UTF-8 (for example: iconv -f WINDOWS-1252 -t UTF-8) and check its accented letters.',
	};
};

/** The longest valid prefix, by halving, then the byte after it. */
function firstInvalidByte(bytes: Buffer): number {
	let low = 0;
	let high = bytes.length;
	while (high - low > 64) {
		const middle = characterStart(bytes, (low + high) >> 1);
		if (middle <= low) break;
		if (isUtf8(bytes.subarray(low, middle))) low = middle;
		else high = middle;
	}
	while (low < bytes.length) {
		const length = [1, 2, 3, 4].find((n) => low + n <= bytes.length && isUtf8(bytes.subarray(low, low + n)));
		if (!length) return low;
		low += length;
	}
	return low;
}

/** The nearest byte at or before `at` where a character can start: at most three continuation bytes back. */
function characterStart(bytes: Buffer, at: number): number {
	for (let back = 0; back < 4; back++) if (((bytes[at - back] ?? 0) & 0xc0) !== 0x80) return at - back;
	return at;
}
