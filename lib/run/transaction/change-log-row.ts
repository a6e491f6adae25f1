import type { Target } from '#lib/domain/target/target.ts';
import type { Plan } from '#lib/gates/gate.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import { describeSqlError } from '#lib/postgres/connection/describe-sql-error.ts';
import { quoteQualifiedName } from '#lib/postgres/connection/quote.ts';
import { wordsFor } from '#lib/postgres/connection/target-encoding.ts';
import { inTime } from './in-time.ts';
import type { ChangeLogRow, OpenTransaction } from './open-transaction.ts';

/** Who changes what, as the row says it. */
type LoggedRun = { plan: Plan; target: Target; operator: string; runId: string };

/** The row that the manifest asks for; null when it asks for none, or the target has no such table. */
export function changeLogRowOf({ plan, target, operator, runId }: LoggedRun): ChangeLogRow | null {
	const { changeLog } = plan.manifest;
	const { changeLogTable } = target;
	if (!changeLog || !changeLogTable) return null;
	const rowData = { ...changeLog.rowData, change: plan.change, revision: plan.revision, digest: plan.digest, run: runId };
	return { table: changeLogTable, tableName: changeLog.tableName, operation: changeLog.operation, userName: operator, rowData };
}

/** The row in the target's change log, written inside the transaction: it exists exactly when the change does. */
export async function writeChangeLogRow(transaction: OpenTransaction): Promise<void> {
	const { client, changeLogRow } = transaction;
	if (!changeLogRow) return;
	const { table, tableName, operation, userName, rowData } = changeLogRow;
	const sql = `insert into ${quoteQualifiedName(table)} (table_name, operation, user_name, "timestamp", row_data) values ($1, $2, $3, pg_catalog.now(), $4)`;
	try {
		const values = await inTime(transaction, wordsFor(client, [tableName, operation, userName, JSON.stringify(rowData)]));
		await inTime(transaction, client.query(sql, values));
	} catch (error) {
		throw new StepFailed(
			{
				...describeSqlError(error, { sql }),
				code: 'change_log_failed',
				instead: `Rolled back: nothing was changed. Allow the run's role to write to ${table}.`,
			},
			{ cause: error },
		);
	}
}
