// Imported before every command: what it cannot do is said in a line. An error that nobody foresaw keeps its stack.
process.on('uncaughtException', (error: Error & { code?: unknown }) => {
	console.error(isForeseen(error) ? error.message : error);
	process.exit(1);
});

/** A refusal, an option that there is none of, or an Error that one of ours threw in words; what Node or a driver throws has a code. */
function isForeseen({ name, code }: Error & { code?: unknown }): boolean {
	return name === 'Refusal' || (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS')) || (name === 'Error' && code === undefined);
}
