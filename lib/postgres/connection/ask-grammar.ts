import { DatabaseError } from 'pg';
import type { TargetClient } from './connect.ts';
import { sendStatement } from './send-statement.ts';

/** The target's own syntax error for a statement; `position` counts characters from 1. */
export type GrammarRefusal = { message: string; position: number | null };

/**
 * Asks the target whether a statement is SQL of its version, without running it: a second statement behind it makes PostgreSQL refuse the
 * two as soon as both are parsed (extended protocol), before it looks anything up. The transaction is READ ONLY all the same.
 */
export async function askGrammar(client: TargetClient, sql: string): Promise<GrammarRefusal | null> {
	await client.query('begin read only');
	try {
		await sendStatement(client, `${sql}\n;select 1`);
		return { message: 'this is not one statement', position: null };
	} catch (error) {
		if (!(error instanceof DatabaseError) || /^(08|57)/.test(error.code ?? '')) throw error;
		if (error.code === '42601' && error.routine === 'exec_parse_message') return null;
		return { message: error.message, position: error.position === undefined ? null : Number(error.position) };
	} finally {
		// A connection that cannot roll back is dead, and the server rolls back for it.
		await client.query('rollback').catch(() => undefined);
	}
}
