/** Ends with a full stop, as what follows needs it: PostgreSQL's own messages do not. */
export function sentence(text: string): string {
	return /[.!?]$/.test(text) ? text : `${text}.`;
}
