import { DatabaseError } from 'pg';
import { redactStart } from '#lib/redact.ts';
import type { TargetClient } from './connect.ts';
import { type FirstRows, sendForText } from './send-statement.ts';

/** More than a manifest can expect. */
const MAX_BYTES = 2 * 1024 * 1024;
const MAX_MESSAGE_CHARACTERS = 2_000;

/** What a statement did: its first rows as PostgreSQL's own text and how many there were, or the SQLSTATE that it failed with. */
export type Observed = FirstRows | { sqlstate: string; message: string };

/**
 * Runs one statement and says what it did. A statement that PostgreSQL refuses is an observation; a connection that dies is not:
 * that error is thrown, because it says nothing about the database.
 */
export async function observe(client: TargetClient, sql: string): Promise<Observed> {
	try {
		return await sendForText(client, sql, MAX_BYTES);
	} catch (error) {
		if (!(error instanceof DatabaseError) || !error.code || endsConnection(error.code)) throw error;
		return { sqlstate: error.code, message: redactStart(error.message, MAX_MESSAGE_CHARACTERS) };
	}
}

/** Classes 08 and 57P: the connection or the server went away. */
function endsConnection(code: string): boolean {
	return code.startsWith('08') || code.startsWith('57P');
}
