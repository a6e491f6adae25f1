/**
 * What a program of PostgreSQL says of its progress (`--verbose`): its name, and no level. The name may stand there twice, and a level
 * without it on the next line: the processes of one program write to one place, piece by piece. That it was terminated has no level either.
 */
const PROGRESS = /^(?:pg_\w+|vacuumdb): (?!(?:pg_\w+|vacuumdb): |(?:error|fatal|warning|detail|hint): |terminated by user)/;
const ERROR = /(?:^|: )(?:error|fatal): /;
/** A statement that a program quotes may be long: that many lines of what went wrong. */
const TOLD_LINES = 20;

/** Whether a line of standard error is only about how far the program is. */
export function isProgress(line: string): boolean {
	return PROGRESS.test(line);
}

/** Of the lines that are not progress: from the first error on, or the last ones if there is none, as when a program was killed. */
export function whatWentWrong(lines: readonly string[]): { error: boolean; told: string[] } {
	const first = lines.findIndex((line) => ERROR.test(line));
	return first === -1 ? { error: false, told: lines.slice(-TOLD_LINES) } : { error: true, told: lines.slice(first, first + TOLD_LINES) };
}
