import type { TargetClient } from './connect.ts';

/** What a database in each encoding can hold of our own words; in any other not named here, ASCII. SQL_ASCII takes every byte as it is. */
const HOLDS_NOT: Record<string, RegExp> = { UTF8: /(?!)/gu, SQL_ASCII: /(?!)/gu, LATIN1: /[^\x20-\xff]/gu };
const NOT_ASCII = /[^\x20-\x7e]/gu;

/**
 * Words of ours (people's names, titles) for a row in the target. A database that is not in UTF-8 refuses characters that it does not have, and a
 * change must not fail for those: each becomes a question mark.
 */
export async function wordsFor(client: TargetClient, words: readonly string[]): Promise<string[]> {
	const { rows } = await client.query<{ encoding: string }>('select pg_catalog.getdatabaseencoding() as encoding');
	return words.map((text) => heldBy(rows[0]?.encoding ?? '', text));
}

export function heldBy(encoding: string, text: string): string {
	return text.replace(HOLDS_NOT[encoding] ?? NOT_ASCII, '?');
}
