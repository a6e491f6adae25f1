import type { QueryConfig, QueryResult } from 'pg';
import type { TargetClient } from './connect.ts';

/** pg knows `queryMode`, its types do not yet. */
type ExtendedQuery = QueryConfig & { queryMode: 'extended'; rowMode?: 'array' };

/**
 * Sends exactly one statement by the extended protocol: PostgreSQL itself refuses a second one in the same string (42601),
 * so nothing can hide behind a semicolon.
 */
export function sendStatement(client: TargetClient, sql: string): Promise<QueryResult> {
	const query: ExtendedQuery = { text: sql, queryMode: 'extended' };
	return client.query(query);
}

/** The same, with every value as PostgreSQL's own text, row by row. */
export async function sendForText(client: TargetClient, sql: string): Promise<(string | null)[][]> {
	const query: ExtendedQuery = {
		text: sql,
		queryMode: 'extended',
		rowMode: 'array',
		types: { getTypeParser: () => (text: string) => text } as never,
	};
	const { rows } = (await client.query(query)) as unknown as { rows: (string | null)[][] };
	return rows;
}

/** Waits at most this long for the answer. An error, a timeout included, does not say that it did not happen. */
export function sendBriefly(client: TargetClient, sql: string, answerWithinMs: number): Promise<QueryResult> {
	const query: QueryConfig & { query_timeout: number } = { text: sql, query_timeout: answerWithinMs };
	return client.query(query);
}
