import { type ChangeStatus, REVISABLE } from './change.ts';

/** A comment with its answers, as one person sees it. Times are ISO 8601. */
export type Thread = {
	id: string;
	revision: number;
	path: string;
	line: number;
	/** The line as the file has it, or its beginning. */
	quote: string;
	text: string;
	by: string;
	at: string;
	answers: { id: string; text: string; by: string; at: string }[];
	resolved: { by: string; at: string } | null;
	mayAnswer: boolean;
	mayResolve: boolean;
};

/** The database holds to these numbers too. */
export const MAX_COMMENT_CHARACTERS = 2_000;
export const MAX_COMMENTS = 100;
export const MAX_ANSWERS = 20;
/** As much of the line as is kept beside a comment on it. */
export const MAX_QUOTE_CHARACTERS = 200;

/** Comments are written, answered and resolved as long as a revision could still heed them. */
export function takesComments(status: ChangeStatus): boolean {
	return REVISABLE.includes(status);
}
