import { StepFailed } from '#lib/gates/gate.ts';
import { describeSqlError } from '#lib/postgres/connection/describe-sql-error.ts';
import { quoteQualifiedName } from '#lib/postgres/connection/quote.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { inTime } from './in-time.ts';
import type { OpenTransaction } from './open-transaction.ts';

/** A row for the table where the target logs its changes, "schema.table". */
export type ChangeLogRow = { table: string; tableName: string; operation: string; userName: string; rowData: Record<string, unknown> };

/** The row that the manifest asks for; null when it asks for none, or the target has no such table. */
export function changeLogRowOf({ plan, target, operator, runId }: OpenRun): ChangeLogRow | null {
	const { changeLog } = plan.manifest;
	const { changeLogTable } = target;
	if (!changeLog || !changeLogTable) return null;
	const rowData = { ...changeLog.rowData, change: plan.change, revision: plan.revision, digest: plan.digest, run: runId };
	return { table: changeLogTable, tableName: changeLog.tableName, operation: changeLog.operation, userName: operator, rowData };
}

/** The seed's row in the target's change log, inside the transaction: it is there exactly when the change is. */
export async function writeChangeLogRow(transaction: OpenTransaction): Promise<void> {
	const { client, changeLogRow } = transaction;
	if (!changeLogRow) return;
	const { table, tableName, operation, userName, rowData } = changeLogRow;
	const sql = `insert into ${quoteQualifiedName(table)} (table_name, operation, user_name, "timestamp", row_data) values ($1, $2, $3, pg_catalog.now(), $4)`;
	try {
		await inTime(transaction, client.query(sql, [tableName, operation, userName, JSON.stringify(rowData)]));
	} catch (error) {
		throw new StepFailed(
			{
				...describeSqlError(error, { sql }),
				code: 'change_log_failed',
				instead: `It is rolled back: nothing was changed. See that ${table} can be written by the run's role.`,
			},
			{ cause: error },
		);
	}
}
