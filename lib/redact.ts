const REDACTED = '[redacted]';
/** Shorter "secrets" would blank out ordinary words. */
const SHORTEST_SECRET = 4;

/**
 * Takes passwords out of a text before it is shown, logged or kept: the known secret values, passwords in URLs,
 * `password=…` of connection strings and `PASSWORD '…'` of SQL.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
	const known = secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap((secret) => [secret, encodeURIComponent(secret)]);
	// The longest first: a secret may hold another.
	const withoutKnown = [...new Set(known)]
		.sort((a, b) => b.length - a.length)
		.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
	return withoutKnown
		.replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@]+@/gi, `$1:${REDACTED}@`)
		.replace(/\b(password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s;&]+)/gi, `$1${REDACTED}`)
		.replace(/\b(password\s+)(E?'(?:[^']|'')*'?)/gi, `$1'${REDACTED}'`);
}
