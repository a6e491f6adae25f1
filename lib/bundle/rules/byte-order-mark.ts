import type { ByteRule } from './rule.ts';

export const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** psql removes a BOM. The run sends the exact bytes, and the server reports a syntax error. */
export const byteOrderMark: ByteRule = (bytes) => {
	if (!bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) return null;
	return {
		code: 'byte_order_mark',
		offset: 0,
		message: 'the file starts with a byte order mark (BOM), which PostgreSQL rejects as a syntax error',
		instead: 'Save the file as UTF-8 without BOM.',
	};
};
