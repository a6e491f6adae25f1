import { StepFailed } from '#lib/gates/gate.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { describeSqlError } from '#lib/postgres/connection/describe-sql-error.ts';
import { quoteQualifiedName } from '#lib/postgres/connection/quote.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';

/** The seed's row in the target's change log, inside the transaction: it is there exactly when the change is. */
export async function writeChangeLogRow(run: OpenRun, client: TargetClient): Promise<void> {
	const { changeLog } = run.plan.manifest;
	const { changeLogTable } = run.target;
	if (!changeLog || !changeLogTable) return;
	const sql = `insert into ${quoteQualifiedName(changeLogTable)} (table_name, operation, user_name, "timestamp", row_data) values ($1, $2, $3, pg_catalog.now(), $4)`;
	const rowData = { ...changeLog.rowData, change: run.plan.change, revision: run.plan.revision, digest: run.plan.digest, run: run.runId };
	try {
		await client.query(sql, [changeLog.tableName, changeLog.operation, run.operator, JSON.stringify(rowData)]);
	} catch (error) {
		throw new StepFailed(
			{
				...describeSqlError(error, { sql }),
				code: 'change_log_failed',
				instead: `It is rolled back: nothing was changed. See that ${changeLogTable} can be written by the run's role.`,
			},
			{ cause: error },
		);
	}
}
