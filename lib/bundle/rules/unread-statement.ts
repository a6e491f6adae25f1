import { scan } from '#lib/sql/parse.ts';
import type { Objection } from './rule.ts';

/** What the target's own version says of a statement, and that version's name. Nothing is run. */
export type TargetGrammar = (sql: string) => Promise<{ name: string; refusal: { message: string; position: number | null } | null }>;

/** With these first words no rule is in question, whatever follows but the words below. */
const HARMLESS = /^(create|alter|drop|select|values|table|with|insert|update|delete|merge|truncate|comment|grant|revoke)$/;
const IN_QUESTION = /^(concurrently|set_config|pg_settings|database|tablespace|subscription|system)$/;

/**
 * A statement that only the target can read, because its version has words free that ours keeps: no tree, so no rule can look at it. What
 * a rule could have against it is told by its words, and in doubt it is refused.
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
		message: `the target takes this statement, but the console's parser (PostgreSQL 18) cannot read it, and "${inQuestion}" might be something that a change may not do`,
		instead: 'Quote the names that are keywords of PostgreSQL 18, such as "json_value", or write the statement apart from them.',
	};
}
