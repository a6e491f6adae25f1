const REDACTED = '[redacted]';
/** Shorter "secrets" would blank out ordinary words. */
const SHORTEST_SECRET = 4;

/**
 * Removes passwords from a text before it is shown, logged or stored: the known secret values, passwords in URLs,
 * `password=…` in connection strings and `PASSWORD '…'` in SQL. Its time is proportional to the text: each repetition is bounded, or is
 * never retried.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
	const known = secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap((secret) => [secret, encodeURIComponent(secret)]);
	// The longest first: a secret may contain another.
	const withoutKnown = [...new Set(known)]
		.sort((a, b) => b.length - a.length)
		.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
	return withoutKnown
		.replace(/(:\/\/[^\s:/@]{0,200}):[^\s@]{1,1000}@/g, `$1:${REDACTED}@`)
		.replace(/\b(password\s*=\s*)('(?:[^'\\]|\\.)*'?|[^\s;&]+)/gi, `$1${REDACTED}`)
		.replace(/\b(password\s+)(E?'(?:[^']|'')*'?)/gi, `$1'${REDACTED}'`);
}

/** A secret cut in two must not show its first half: this many more characters are redacted and then dropped. */
const OVERHANG = 1_000;

/** The start of a text, redacted. A long text takes no longer than the part that is kept. */
export function redactStart(text: string, maxCharacters: number): string {
	if (text.length <= maxCharacters) return redact(text);
	const redacted = redact(text.slice(0, maxCharacters + OVERHANG));
	return `${redacted.slice(0, Math.max(0, redacted.length - OVERHANG))}… (${text.length} characters in all)`;
}
