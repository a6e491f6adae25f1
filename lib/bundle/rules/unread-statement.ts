import { scan } from '#lib/sql/parse.ts';
import type { AskedTypes, EnumTypes } from '../enums/enum-types.ts';
import type { Objection } from './rule.ts';

/** The version of PostgreSQL whose parser ours is. */
export const PARSER_MAJOR = 18;

/** The target's own parser, and the types of its catalog. No statement of the bundle is run. */
export type TargetGrammar = {
	/** What it says of one statement or several, and the name of its version. */
	ask: (sql: string) => Promise<{ name: string; refusal: { message: string; position: number | null } | null }>;
	/** Whether it is older than ours: what ours reads may then be no SQL to it. */
	isOlder: () => Promise<boolean>;
	/** Where its catalog has types that hold these enums. */
	types: (asked: AskedTypes) => Promise<EnumTypes>;
};

/** Statements with these first words break no rule, unless they contain one of the words below. */
const HARMLESS = /^(create|alter|drop|select|values|table|with|insert|update|delete|merge|truncate|comment|grant|revoke)$/;
const IN_QUESTION = /^(concurrently|set_config|pg_settings|database|tablespace|subscription|system)$/;

/**
 * A statement that only the target can read, because our parser's version reserves a word that the target's does not. Without a tree no
 * rule can check it. Its words show which rule it might break; in doubt it is refused.
 */
export async function unreadStatement(sql: string): Promise<Objection | null> {
	const words = (await scan(Buffer.from(sql, 'utf8')))
		.map(({ text }) => text)
		.filter((text) => !text.startsWith('--') && !text.startsWith('/*'))
		.map((text) => text.toLowerCase().replaceAll('"', ''));
	const [first = 'nothing'] = words;
	const inQuestion = HARMLESS.test(first) ? words.find((word) => IN_QUESTION.test(word) || word.startsWith('u&')) : first;
	if (inQuestion === undefined) return null;
	return {
		code: 'unread_statement',
		message: `the target accepts this statement, but the console's parser (PostgreSQL ${PARSER_MAJOR}) cannot read it, and "${inQuestion}" may be something that a change must not do`,
		instead: 'Quote the names that are keywords of PostgreSQL 18, such as "json_value", or put the statement into a separate file.',
	};
}
