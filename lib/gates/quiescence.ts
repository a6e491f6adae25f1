import { allOrFirstError } from '#lib/all-or-first-error.ts';
import { isConsolesOwn } from '#lib/domain/restore-price.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { objectWords } from '#lib/domain/wording/price-words.ts';
import { readSequences, takeCensus } from '#lib/postgres/catalog/census.ts';
import { readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { findBlockers } from '#lib/postgres/sessions/activity.ts';
import { type Changed, changedBetween, nobodyEndedBetween, readSnapshot, sequencesMoved } from '#lib/postgres/sessions/changed-since.ts';
import type { SeenBackup } from './backup.ts';
import { type GateContext, type Passed, StepFailed } from './gate.ts';

type Asked = {
	backup: SeenBackup;
	/** A snapshot that equals the backup: the backup's own, or that of an earlier check. */
	quietAt: string;
	/** Transactions of this run that have ended since, or are open now. */
	ours?: readonly string[];
};

/**
 * Gate 2: the database is as in the backup's snapshot, and nothing runs that would block our locks, or that could still
 * commit its writes. It reads the catalog and every row's writer again, unless no transaction has ended since; it does not rely on
 * statistics. Returns the snapshot that it checked.
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
			const sequences = sequencesMoved(backup, { sequences: await readSequences(client) });
			refuseChanged({ tables: [], objects: [], sequences });
			return { summary: 'no transaction has ended since the backup; no blockers', value: snapshot };
		}
		tell({ phase: 'progress', data: { summary: 'comparing the database with the backup’s snapshot' } });
		const applicationName = `countersign witness ${runId}`;
		const [catalog, census] = await allOrFirstError([
			readCatalog(client),
			takeCensus({ target, login: 'backup', applicationName, jobs: target.backup.jobs, signal }),
		]);
		const before = { catalog: backup.catalog, census: { ...backup.census, sequences: backup.sequences } };
		refuseChanged(changedBetween(before, { catalog, census }));
		// Transactions that wrote and had not committed when the rows were read.
		await refuseBlockers(client, context);
		return { summary: 'catalog, rows and sequences as in the backup; no blockers', value: census.snapshot };
	});
}

async function refuseBlockers(client: TargetClient, { target, runId }: Pick<GateContext, 'target' | 'runId'>): Promise<void> {
	const blockers = await findBlockers(client, { olderThanMs: target.thresholds.longTransaction, runId });
	if (blockers.length === 0) return;
	throw new StepFailed({
		code: 'blocked',
		message: `Other sessions block the change: ${blockers.map((b) => b.description).join('; ')}.`,
		instead: 'Nothing was changed. Wait until they end, or end them, then execute again.',
	});
}

/** Another run that is refused meanwhile leaves a note of the console's own. */
function refuseChanged({ tables: all, objects, sequences }: Changed): void {
	const tables = all.filter(({ table }) => !isConsolesOwn(table));
	const others = [...objects.map(objectWords), ...sequences.map((line) => `sequence ${line}`)];
	if (tables.length + others.length === 0) return;
	const rows = tables.reduce((sum, t) => sum + t.rows, 0);
	const written = `${countWords(rows, 'row was', 'rows were')} written since the backup although maintenance mode is on: ${shortened(tables.map((t) => `${t.table} (${t.rows})`))}`;
	const altered = `${rows > 0 ? 'Changed too' : 'Changed since the backup although maintenance mode is on'}: ${shortened(others)}`;
	throw new StepFailed({
		code: 'written_since_backup',
		message: [...(rows > 0 ? [`${written}.`] : []), ...(others.length > 0 ? [`${altered}.`] : [])].join(' '),
		instead: 'Nothing was changed by this run. Find out who did it (a job, an open psql), stop it, then execute again.',
	});
}

function shortened(names: string[]): string {
	return `${names.slice(0, 10).join(', ')}${names.length > 10 ? `, and ${names.length - 10} more` : ''}`;
}
