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

/** BEGIN, with the limits that the bundle may tighten but never loosen. */
export async function beginUnderLimits(transaction: OpenTransaction): Promise<void> {
	const { client } = transaction;
	await inTime(transaction, client.query('begin isolation level read committed read write'));
	await imposeLimits(transaction);
}

async function imposeLimits(transaction: OpenTransaction): Promise<void> {
	for (const [name, value] of Object.entries(imposedLimits(transaction.manifest)))
		await inTime(transaction, transaction.client.query(`set local ${name} = ${value}`));
}

/** The bundle's settings end with the bundle: its checks see what the application will see. */
async function putSettingsBack(transaction: OpenTransaction): Promise<void> {
	const { client } = transaction;
	// Some of ours are only for the login itself to set.
	await inTime(transaction, client.query('reset role'));
	await inTime(transaction, client.query('reset all'));
	await inTime(transaction, setSession(client));
	await inTime(transaction, endWithItsClient(client));
	await imposeLimits(transaction);
	await becomeOwner(transaction);
}

/** The role that owns the application's objects. */
async function becomeOwner(transaction: OpenTransaction): Promise<void> {
	const { client, appliesAs } = transaction;
	if (appliesAs) await inTime(transaction, client.query(`set local role ${quoteIdentifier(appliesAs)}`));
}

/** What only the run's own login may look at. */
export async function asItsLogin(transaction: OpenTransaction, look: () => Promise<void>): Promise<void> {
	await inTime(transaction, transaction.client.query('reset role'));
	await inTime(transaction, look());
	await becomeOwner(transaction);
}

/**
 * Everything between BEGIN and COMMIT or ROLLBACK: the bundle's statements as the role that owns the application's objects,
 * deferred constraints, verifications, change-log row, smoke tests. Throws at the first failure, with the transaction still open.
 */
export async function applyAndCheck(transaction: OpenTransaction): Promise<void> {
	const { client } = transaction;
	await becomeOwner(transaction);
	await applyStatements(transaction, await inTime(transaction, readSessionState(client)));
	await checkDeferredConstraints(transaction);
	await putSettingsBack(transaction);
	await verify(transaction);
	await writeChangeLogRow(transaction);
	await smokeTestInside(transaction);
}

/** Deferred constraints are checked before COMMIT, while the failure can still be reported precisely. */
async function checkDeferredConstraints(transaction: OpenTransaction): Promise<void> {
	const sql = 'set constraints all immediate';
	try {
		await inTime(transaction, transaction.client.query(sql));
	} catch (error) {
		const instead = 'Rolled back: nothing was changed. The bundle’s data violates this constraint: correct it in a new revision.';
		throw new StepFailed({ ...describeSqlError(error, { sql }), code: 'deferred_constraint', instead }, { cause: error });
	}
}
