import pg, { type QueryConfig, type QueryResult } from 'pg';
import type { TargetClient } from './connect.ts';

/** pg knows `queryMode`, its types do not yet. */
type ExtendedQuery = QueryConfig & { queryMode: 'extended' };

type Callback = (error: Error | null, result: QueryResult) => void;
type RowHandler = { handleDataRow(message: { fields: (string | null)[] }): void };

/** pg's own query, whose rows go to `onRow` as PostgreSQL's text and are gathered nowhere. */
function sendForRows(client: TargetClient, sql: string, onRow: (row: (string | null)[]) => void): Promise<QueryResult> {
	return new Promise((resolve, reject) => {
		const config: ExtendedQuery = { text: sql, queryMode: 'extended' };
		const done: Callback = (error, result) => (error ? reject(error) : resolve(result));
		const query = new pg.Query(config, done as never);
		(query as unknown as RowHandler).handleDataRow = ({ fields }) => onRow(fields);
		client.query(query);
	});
}

/**
 * Sends exactly one statement by the extended protocol: PostgreSQL itself refuses a second one in the same string (42601),
 * so nothing can hide behind a semicolon. Its rows are thrown away as they come; the command tag counts them.
 */
export function sendStatement(client: TargetClient, sql: string): Promise<{ rowCount: number | null }> {
	return sendForRows(client, sql, () => undefined);
}

/** The first rows, as far as they are within `maxBytes` in all, and how many there were. */
export type FirstRows = { rows: (string | null)[][]; count: number };

/** The same, with the first rows: every value as PostgreSQL's own text. What goes beyond `maxBytes` is counted and thrown away. */
export async function sendForText(client: TargetClient, sql: string, maxBytes: number): Promise<FirstRows> {
	const rows: FirstRows['rows'] = [];
	let count = 0;
	let left = maxBytes;
	await sendForRows(client, sql, (row) => {
		count += 1;
		left -= row.reduce((bytes, value) => bytes + (value?.length ?? 0) + 8, 8);
		if (left >= 0) rows.push(row);
	});
	return { rows, count };
}

/** Waits at most this long for the answer. An error, a timeout included, does not say that it did not happen. */
export function sendBriefly(client: TargetClient, sql: string, answerWithinMs: number): Promise<QueryResult> {
	const query: QueryConfig & { query_timeout: number } = { text: sql, query_timeout: answerWithinMs };
	return client.query(query);
}
