import type { Objection } from './rule.ts';

/** The most common mistake, by the text at which PostgreSQL stopped. */
const MEANT: [RegExp, string][] = [
	[/at or near "`/, 'PostgreSQL quotes names with double quotes, not with backticks.'],
	[/at or near ":/, 'psql variables are not known here: write the value itself.'],
	[/at or near "(AUTO_INCREMENT|IDENTITY)"/i, 'Write GENERATED ALWAYS AS IDENTITY.'],
	[/at or near "(DELIMITER|GO)"/i, 'Remove it: PostgreSQL ends a statement with a semicolon, and quotes function bodies with $$.'],
	[/at or near "(ENGINE|CHARSET|UNSIGNED|#)/i, 'This is MySQL: write the PostgreSQL form.'],
	[/at or near "\["/, 'PostgreSQL quotes names with double quotes, not with brackets.'],
	[
		/[\u00a0\u200b-\u200d\u2060\ufeff]/,
		'There is an invisible character here, often pasted from a web page: delete it and type a plain space.',
	],
	[/unterminated/, 'Close it: PostgreSQL read everything up to the end of the file as part of it.'],
	[/end of input/, 'The statement is incomplete: look for a missing bracket or a missing END.'],
	[/too deeply nested/, 'Break the expression up: a list (IN, VALUES) instead of a chain, or several statements.'],
];

export function syntaxError(message: string): Objection {
	const meant = MEANT.find(([pattern]) => pattern.test(message))?.[1];
	return {
		code: 'syntax_error',
		message,
		instead: meant ?? 'Correct it at the caret or just before: PostgreSQL points at the first word that does not fit.',
	};
}
