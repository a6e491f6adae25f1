const REDACTED = '[redacted]';
/** Shorter "secrets" would blank out ordinary words. */
const SHORTEST_SECRET = 4;

/**
 * Takes passwords out of a text before it is shown, logged or kept: the known secret values, passwords in URLs,
 * `password=…` of connection strings and `PASSWORD '…'` of SQL. Takes time in proportion to the text: each repetition has a bound, or is
 * not tried again.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
	const known = secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap((secret) => [secret, encodeURIComponent(secret)]);
	// The longest first: a secret may hold another.
	const withoutKnown = [...new Set(known)]
		.sort((a, b) => b.length - a.length)
		.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
	return withoutKnown
		.replace(/(:\/\/[^\s:/@]{0,200}):[^\s@]{1,1000}@/g, `$1:${REDACTED}@`)
		.replace(/\b(password\s*=\s*)('(?:[^'\\]|\\.)*'?|[^\s;&]+)/gi, `$1${REDACTED}`)
		.replace(/\b(password\s+)(E?'(?:[^']|'')*'?)/gi, `$1'${REDACTED}'`);
}

/** No secret that is cut in two may show its first half: so much more than is kept is redacted, and dropped. */
const OVERHANG = 1_000;

/** The beginning of a text, redacted; a long one costs no more than what is kept of it. */
export function redactStart(text: string, maxCharacters: number): string {
	if (text.length <= maxCharacters) return redact(text);
	const redacted = redact(text.slice(0, maxCharacters + OVERHANG));
	return `${redacted.slice(0, Math.max(0, redacted.length - OVERHANG))}… (${text.length} characters in all)`;
}
