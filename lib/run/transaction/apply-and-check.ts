import { StepFailed } from '#lib/gates/gate.ts';
import { endWithItsClient } from '#lib/postgres/connection/connect.ts';
import { describeSqlError } from '#lib/postgres/connection/describe-sql-error.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';
import { setSession } from '#lib/postgres/connection/session-settings.ts';
import { applyStatements } from './apply-statements.ts';
import { writeChangeLogRow } from './change-log-row.ts';
import { smokeTestInside, verify } from './check-inside.ts';
import { inTime } from './in-time.ts';
import type { OpenTransaction } from './open-transaction.ts';
import { imposedLimits, readSessionState } from './session-state.ts';

/** BEGIN, under the limits that the bundle may tighten and never loosen. */
export async function beginUnderLimits(transaction: OpenTransaction): Promise<void> {
	const { client } = transaction;
	await inTime(transaction, client.query('begin isolation level read committed read write'));
	await imposeLimits(transaction);
}

async function imposeLimits(transaction: OpenTransaction): Promise<void> {
	for (const [name, value] of Object.entries(imposedLimits(transaction.manifest)))
		await inTime(transaction, transaction.client.query(`set local ${name} = ${value}`));
}

/** The bundle's settings end with the bundle: its checks see what the application will. */
async function putSettingsBack(transaction: OpenTransaction): Promise<void> {
	const { client } = transaction;
	await inTime(transaction, client.query('reset all'));
	await inTime(transaction, setSession(client));
	await inTime(transaction, endWithItsClient(client));
	await imposeLimits(transaction);
}

/**
 * All that happens to the bundle between BEGIN and COMMIT, or ROLLBACK: its statements as the role that owns the application's objects,
 * deferred constraints, verifications, change-log row, smoke tests. Throws at the first that fails, with the transaction still open.
 */
export async function applyAndCheck(transaction: OpenTransaction): Promise<void> {
	const { client, appliesAs } = transaction;
	if (appliesAs) await inTime(transaction, client.query(`set local role ${quoteIdentifier(appliesAs)}`));
	await applyStatements(transaction, await inTime(transaction, readSessionState(client)));
	await checkDeferredConstraints(transaction);
	await putSettingsBack(transaction);
	await verify(transaction);
	await writeChangeLogRow(transaction);
	await smokeTestInside(transaction);
}

/** What the bundle deferred to COMMIT is checked before it, where it can still be said what failed. */
async function checkDeferredConstraints(transaction: OpenTransaction): Promise<void> {
	const sql = 'set constraints all immediate';
	try {
		await inTime(transaction, transaction.client.query(sql));
	} catch (error) {
		const instead =
			'It is rolled back: nothing was changed. The data that the bundle leaves breaks this constraint: put it right in a new revision.';
		throw new StepFailed({ ...describeSqlError(error, { sql }), code: 'deferred_constraint', instead }, { cause: error });
	}
}
