import { allOrFirstError } from '#lib/all-or-first-error.ts';
import { readSequences, takeCensus } from '#lib/postgres/catalog/census.ts';
import { readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { findBlockers } from '#lib/postgres/sessions/activity.ts';
import { type Changed, changedBetween, nobodyEndedBetween, sequencesMoved } from '#lib/postgres/sessions/changed-since.ts';
import type { SeenBackup } from './backup.ts';
import { type GateContext, type Passed, StepFailed } from './gate.ts';

type Asked = {
	backup: SeenBackup;
	/** A snapshot in which all was as in the backup: the backup's own, or the one of an earlier answer. */
	quietAt: string;
	/** Transactions of this run that have ended since, or are open now. */
	ours?: readonly string[];
};

/**
 * Gate 2: the database is what it was in the backup's snapshot, and nothing runs that our locks would queue behind, or that could still
 * commit what it wrote. It reads the catalog and every row's writer again, unless no transaction has ended since; it does not rely on
 * statistics. Gives the snapshot that it looked at.
 */
export async function checkQuiescence(
	context: Pick<GateContext, 'target' | 'runId' | 'tell' | 'signal'>,
	{ backup, quietAt, ours = [] }: Asked,
): Promise<Passed<string>> {
	const { target, runId, tell, signal } = context;
	return withTarget({ target, login: 'backup', applicationName: `countersign quiescence ${runId}`, signal }, async (client) => {
		await refuseBlockers(client, context);
		const snapshot = await readSnapshot(client);
		if (nobodyEndedBetween(quietAt, snapshot, ours)) {
			const objects = sequencesMoved(backup, { sequences: await readSequences(client) });
			refuseChanged({ tables: [], objects });
			return { summary: 'no transaction has ended since the backup, nobody in the way', value: snapshot };
		}
		tell({ phase: 'progress', data: { summary: 'comparing the database with the backup’s snapshot' } });
		const applicationName = `countersign witness ${runId}`;
		const [catalog, census] = await allOrFirstError([
			readCatalog(client),
			takeCensus({ target, login: 'backup', applicationName, jobs: target.backup.jobs, signal }),
		]);
		const before = { catalog: backup.catalog, census: { ...backup.census, sequences: backup.sequences } };
		refuseChanged(changedBetween(before, { catalog, census }));
		// Who wrote and had not committed when the rows were read.
		await refuseBlockers(client, context);
		return { summary: 'catalog, rows and sequences as in the backup, nobody in the way', value: census.snapshot };
	});
}

async function readSnapshot(client: TargetClient): Promise<string> {
	const { rows } = await client.query<{ snapshot: string }>('select pg_catalog.pg_current_snapshot()::text as snapshot');
	if (!rows[0]) throw new Error('the server gave no snapshot');
	return rows[0].snapshot;
}

async function refuseBlockers(client: TargetClient, { target, runId }: Pick<GateContext, 'target' | 'runId'>): Promise<void> {
	const blockers = await findBlockers(client, { olderThanMs: target.thresholds.longTransaction, runId });
	if (blockers.length === 0) return;
	throw new StepFailed({
		code: 'blocked',
		message: `Others are in the way: ${blockers.map((b) => b.description).join('; ')}.`,
		instead: 'Nothing was changed. Let them end, or end them, then execute again.',
	});
}

function refuseChanged({ tables, objects }: Changed): void {
	if (tables.length + objects.length === 0) return;
	const rows = tables.reduce((sum, t) => sum + t.rows, 0);
	const written = `${rows} ${rows === 1 ? 'row was' : 'rows were'} written since the backup although maintenance mode is on: ${shortened(tables.map((t) => `${t.table} (${t.rows})`))}`;
	const altered = `${rows > 0 ? 'Changed too' : 'Changed since the backup although maintenance mode is on'}: ${shortened(objects)}`;
	throw new StepFailed({
		code: 'written_since_backup',
		message: [...(rows > 0 ? [`${written}.`] : []), ...(objects.length > 0 ? [`${altered}.`] : [])].join(' '),
		instead: 'Nothing was changed by this run. Find who did it (a job, an open psql), stop it, then execute again.',
	});
}

function shortened(names: string[]): string {
	return `${names.slice(0, 10).join(', ')}${names.length > 10 ? `, and ${names.length - 10} more` : ''}`;
}
