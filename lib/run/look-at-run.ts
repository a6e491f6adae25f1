import { closeTarget } from '#lib/postgres/connect.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/target/load-targets.ts';
import { holdRunLock } from './claim-target.ts';
import { readKeptBackup } from './keep-facts.ts';
import { type OpenRun, openRun } from './open-run.ts';
import { restoreBackup } from './restore-backup.ts';
import { afterCommit, runChange } from './run-change.ts';

/**
 * What a job asks a worker to do: look at a run and go on with it as its own rows say.
 * queued: from the start. running and committed: the smoke tests were asked again. restoring: two people confirmed.
 */
export async function lookAtRun({
	store,
	targets,
	runId,
	signal,
}: {
	store: Store;
	targets: Targets;
	runId: string;
	signal: AbortSignal;
}): Promise<void> {
	const row = await store.run.findUniqueOrThrow({
		where: { id: runId },
		select: { status: true, truth: true, price: true, failure: true },
	});
	const started =
		row.status === 'queued'
			? await store.run.updateMany({ where: { id: runId, status: 'queued' }, data: { status: 'running' } })
			: { count: 1 };
	if (started.count !== 1) return;
	const run = await openRun({ store, targets, runId, signal });
	try {
		if (row.status === 'queued') return await runChange(run);
		if (row.status === 'running' && run.truth.kind === 'committed') return await underLock(run, () => afterCommit(run));
		if (row.status === 'restoring') return await underLock(run, () => restoreConfirmed(run, row));
	} finally {
		// The lock goes with its connection, also when the last rows cannot be stored.
		await run.journal.flush().finally(() => (run.lock ? closeTarget(run.lock) : undefined));
	}
}

async function underLock(run: OpenRun, work: () => Promise<void>): Promise<void> {
	await holdRunLock(run);
	await work();
}

async function restoreConfirmed(run: OpenRun, row: { price: unknown; failure: unknown }): Promise<void> {
	const backup = await readKeptBackup(run);
	if (!backup) throw new Error('a committed run has no backup');
	const { rows } = row.price as { rows: number };
	await restoreBackup(run, { backup, failure: row.failure as never, confirmedRows: rows });
}
