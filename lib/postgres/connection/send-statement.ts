import pg, { type QueryConfig, type QueryResult } from 'pg';
import type { TargetClient } from './connect.ts';

/** pg knows `queryMode`, its types do not yet. */
type ExtendedQuery = QueryConfig & { queryMode: 'extended' };

type Callback = (error: Error | null, result: QueryResult) => void;
type RowHandler = { handleDataRow(message: { fields: (string | null)[] }): void; _result: { fields: unknown[] } };

/** pg's own query, whose rows go to `onRow` as PostgreSQL's text, null when too long, and are gathered nowhere. */
function sendForRows(
	client: TargetClient,
	sql: string,
	onRow: (row: (string | null)[] | null) => void,
	onAnswered: () => void = () => undefined,
): Promise<QueryResult> {
	return new Promise((resolve, reject) => {
		const config: ExtendedQuery = { text: sql, queryMode: 'extended' };
		const done: Callback = (error, result) => {
			onAnswered();
			if (error) reject(error);
			else resolve(result);
		};
		const query = new pg.Query(config, done as never);
		const handler = query as unknown as RowHandler;
		// A row without its columns was too long to be read: see cut-messages.ts.
		handler.handleDataRow = ({ fields }) => onRow(fields.length === handler._result.fields.length ? fields : null);
		client.query(query);
	});
}

/**
 * Sends exactly one statement by the extended protocol: PostgreSQL itself refuses a second one in the same string (42601),
 * so nothing can hide behind a semicolon. Its rows are thrown away as they come; the command tag counts them. `onAnswered` is called before
 * anything else of what the server said is read.
 */
export function sendStatement(client: TargetClient, sql: string, onAnswered?: () => void): Promise<{ rowCount: number | null }> {
	return sendForRows(client, sql, () => undefined, onAnswered);
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
		left -= row === null ? maxBytes : row.reduce((bytes, value) => bytes + (value?.length ?? 0) + 8, 8);
		if (row !== null && left >= 0) rows.push(row);
	});
	return { rows, count };
}

/** Waits at most this long for the answer. An error, a timeout included, does not say that it did not happen. */
export function sendBriefly(client: TargetClient, sql: string, answerWithinMs: number): Promise<QueryResult> {
	const query: QueryConfig & { query_timeout: number } = { text: sql, query_timeout: answerWithinMs };
	return client.query(query);
}
