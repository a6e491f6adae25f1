import { scan } from './parse.ts';

/**
 * Where a keyword, given in lower case, first stands in a statement, as PostgreSQL's own scanner reads it: the bytes before it; null
 * when it does not. In comments, strings and quoted names it is none, nor after a dot, where it is a name.
 */
export async function findKeyword(sql: string, keyword: string): Promise<number | null> {
	const tokens = (await scan(Buffer.from(sql, 'utf8'))).filter(({ text }) => !text.startsWith('--') && !text.startsWith('/*'));
	const found = tokens.find(({ text }, index) => text.toLowerCase() === keyword && tokens[index - 1]?.text !== '.');
	return found?.start ?? null;
}
