import type { StatementRule } from './rule.ts';
import { settingsSet } from './settings-set.ts';

/** Settings that would make PostgreSQL read the next bytes otherwise than they were checked; the usual values go through. */
const USUAL: Record<string, RegExp> = {
	client_encoding: /^(utf-?8|unicode)$/i,
	standard_conforming_strings: /^(on|true|yes|1)$/i,
	backslash_quote: /^(safe_encoding|off|false|no|0)$/i,
};

export const readingSettings: StatementRule = (statement) => {
	const changed = settingsSet(statement).find(({ name, value }) => name in USUAL && value !== null && !USUAL[name]?.test(value));
	if (!changed) return null;
	return {
		code: 'reading_setting',
		message: `${changed.name} = ${changed.value} would change how PostgreSQL reads the rest of the bundle`,
		instead: "Remove it. Files are UTF-8, and a string with backslash escapes is written E'…'.",
	};
};
