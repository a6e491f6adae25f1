import canonicalize from 'canonicalize';

/**
 * The canonical bytes of a value: JSON as RFC 8785 writes it, in UTF-8.
 * What is signed or chained is stored as these bytes. Throws on values that JSON does not have (NaN, undefined at the top, cycles).
 */
export function canonicalBytes(value: unknown): Buffer {
	const text = canonicalize(value);
	if (text === undefined) throw new TypeError('this value has no JSON form');
	return Buffer.from(text, 'utf8');
}
