import type { Expectation } from '#lib/domain/bundle/manifest.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { describeSqlError } from '#lib/postgres/connection/describe-sql-error.ts';
import { type Observed, observe } from '#lib/postgres/connection/observe.ts';
import { quoteIdentifier } from '#lib/postgres/connection/quote.ts';
import { compare } from './expectation.ts';
import { inTime } from './in-time.ts';
import type { OpenTransaction } from './open-transaction.ts';

type Check = { kind: 'Verification' | 'Smoke test'; name: string; sql: string; expect: Expectation; role?: string };

/** The verifications, inside the transaction. The first that fails ends it. */
export function verify(transaction: OpenTransaction): Promise<void> {
	return checkAll(
		transaction,
		transaction.manifest.verifications.map((verification) => ({ kind: 'Verification', ...verification })),
	);
}

/** The smoke tests as the application's roles, inside the transaction and before COMMIT. They see the change-log row too. */
export function smokeTestInside(transaction: OpenTransaction): Promise<void> {
	return checkAll(
		transaction,
		transaction.manifest.smokeTests.map((test) => ({ kind: 'Smoke test', ...test })),
	);
}

async function checkAll(transaction: OpenTransaction, checks: Check[]): Promise<void> {
	const { client, tell, signal } = transaction;
	for (const check of checks) {
		signal.throwIfAborted();
		const startedAt = performance.now();
		const verdict = compare(check.expect, await inTime(transaction, observeInside(client, check)));
		const role = check.role === undefined ? {} : { role: check.role };
		tell({ phase: 'check', data: { name: check.name, ...verdict, ...role, ms: Math.round(performance.now() - startedAt) } });
		if (!verdict.passed)
			throw new StepFailed(
				failureOfCheck(check, verdict, 'Rolled back: nothing was changed. Correct the bundle or the expectation in a new revision.'),
			);
	}
}

/** The message for a check with an unexpected result. */
export function failureOfCheck(check: Check, verdict: { expected: string; got: string }, instead: string): StepFailed['failure'] {
	return {
		code: check.kind === 'Verification' ? 'verification_failed' : 'smoke_test_failed',
		message: `${check.kind} "${check.name}"${check.role ? ` as ${check.role}` : ''}: expected ${verdict.expected}, got ${verdict.got}.`,
		instead,
		statement: check.sql,
	};
}

/** Runs as that role, after a savepoint that is always rolled back: a check's writes do not stay, and its failure does not end the transaction. */
async function observeInside(client: TargetClient, check: Check): Promise<Observed> {
	await client.query('savepoint countersign_check');
	await client.query('set local search_path to default');
	if (check.role) await become(client, { ...check, role: check.role });
	const observed = await observe(client, check.sql);
	await client.query('rollback to savepoint countersign_check');
	await client.query('release savepoint countersign_check');
	return observed;
}

async function become(client: TargetClient, { kind, name, role, sql }: Check & { role: string }): Promise<void> {
	await client.query(`set local role ${quoteIdentifier(role)}`).catch((error: Error) => {
		const message = `${kind} "${name}" cannot run as ${role}: ${error.message}.`;
		const instead = 'Rolled back: nothing was changed. Correct the role in a new revision, or grant it to the run login.';
		throw new StepFailed({ ...describeSqlError(error, { sql }), code: 'smoke_test_failed', message, instead }, { cause: error });
	});
}
