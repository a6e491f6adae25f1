/** The program's name, which stands before what it says: more than once, where its processes write into one line, piece by piece. */
const NAMES = /^(?: ?pg_\w+:)+ ?/;
/** What is said of progress (`--verbose`) has no level. That it was terminated has none either. */
const LEVEL = /^(?:error|fatal|warning|detail|hint): |^terminated by user/;
/** The name may be on the line before. */
const ERROR = /(?:^|:) ?(?:error|fatal): /;
export const WARNING = /(?:^|:) ?warning: /;
/** A statement that a program quotes may be long: that many lines of what went wrong. */
const TOLD_LINES = 20;

/** Whether a line of standard error is only about how far the program is. */
export function isProgress(line: string): boolean {
	const said = line.replace(NAMES, '');
	return said !== line && !LEVEL.test(said);
}

/** Of the lines that are not progress: from the first error on, or the last ones if there is none, as when a program was killed. */
export function whatWentWrong(lines: readonly string[]): { error: boolean; told: string[] } {
	const first = lines.findIndex((line) => ERROR.test(line));
	return first === -1 ? { error: false, told: lines.slice(-TOLD_LINES) } : { error: true, told: lines.slice(first, first + TOLD_LINES) };
}
