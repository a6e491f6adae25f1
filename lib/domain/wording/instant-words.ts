/** A time for people, in UTC, to the second: `2026-11-22 02:14:07 UTC`. Takes ISO 8601 in UTC, as `toISOString` writes it. */
export function instantWords(iso: string): string {
	return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
