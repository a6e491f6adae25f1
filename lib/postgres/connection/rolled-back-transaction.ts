import type { TargetClient } from './connect.ts';
import { quoteIdentifier } from './quote.ts';

/** Runs `work` as a role in a transaction with a statement timeout, and always rolls it back. What `work` throws survives. */
export async function inRolledBackTransaction<T>(
	client: TargetClient,
	as: { role: string; statementTimeoutMs: number; access: 'read only' | 'read write' },
	work: () => Promise<T>,
): Promise<T> {
	await client.query(`begin ${as.access}`);
	try {
		await client.query(`set local statement_timeout = ${as.statementTimeoutMs}`);
		await client.query(`set local role ${quoteIdentifier(as.role)}`);
		return await work();
	} finally {
		// A connection that cannot roll back is dead, and the server rolls back for it.
		await client.query('rollback').catch(() => undefined);
	}
}
