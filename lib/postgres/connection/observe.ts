import { DatabaseError } from 'pg';
import { redact } from '#lib/redact.ts';
import type { TargetClient } from './connect.ts';
import { sendForText } from './send-statement.ts';

/** What a statement did: its rows as PostgreSQL's own text, or the SQLSTATE that it failed with. */
export type Observed = { rows: (string | null)[][] } | { sqlstate: string; message: string };

/**
 * Runs one statement and says what it did. A statement that PostgreSQL refuses is an observation; a connection that dies is not:
 * that error is thrown, because it says nothing about the database.
 */
export async function observe(client: TargetClient, sql: string): Promise<Observed> {
	try {
		return { rows: await sendForText(client, sql) };
	} catch (error) {
		if (!(error instanceof DatabaseError) || !error.code || endsConnection(error.code)) throw error;
		return { sqlstate: error.code, message: redact(error.message) };
	}
}

/** Classes 08 and 57P: the connection or the server went away. */
function endsConnection(code: string): boolean {
	return code.startsWith('08') || code.startsWith('57P');
}
