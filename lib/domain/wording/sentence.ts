/** Adds the full stop that PostgreSQL's messages lack. */
export function sentence(text: string): string {
	return /[.!?]$/.test(text) ? text : `${text}.`;
}
