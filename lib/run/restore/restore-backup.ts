import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { restoreNames } from '#lib/domain/database-names.ts';
import type { Failure } from '#lib/domain/run.ts';
import { type GateContext, StepFailed } from '#lib/gates/gate.ts';
import { look, restoreProgress } from '#lib/gates/way-back.ts';
import { healSwap } from '#lib/postgres/backup/heal-swap.ts';
import { verifyDump } from '#lib/postgres/backup/prove-dump.ts';
import { restoreDatabase } from '#lib/postgres/backup/restore-database.ts';
import { diffCensus } from '#lib/postgres/catalog/census.ts';
import { databaseFingerprintOf } from '#lib/postgres/catalog/fingerprint.ts';
import { listDatabases } from '#lib/postgres/catalog/list-databases.ts';
import { type KeptBackup, keepReplacement } from '#lib/run/owner/keep-facts.ts';
import { letGoOn } from '#lib/run/owner/let-go.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { failureOf, recordStep, step } from '#lib/run/owner/step.ts';
import { endRestored } from './end-restored.ts';
import { hasBegunSwap, swapIn } from './swap-in.ts';
import { waitAgain } from './wait-again.ts';

export type RestoreOrder = {
	backup: KeptBackup;
	/** Why it is needed. */
	failure: Failure;
	/** The loss that people confirmed, in rows; null where the signed plan says automatic. */
	confirmedRows: number | null;
};

/** How often a target is asked, and after which pauses, before people are told that it does not answer. */
const PAUSES_MS = [0, 2_000, 5_000, 10_000];

/**
 * Puts the backup back: beside, never over. It is restored into a new database and compared, unless that was done before COMMIT
 * already (the way back was tried, or a standby copy made); only then do services stop, sessions end and two renames swap it in. Until the swap the live database is untouched; afterwards it is kept aside.
 */
export async function restoreBackup(run: OpenRun, asked: RestoreOrder): Promise<void> {
	run.aborts.renew();
	let order = asked;
	try {
		order = await forgetMissingReplacement(run, asked);
		await recordStep(run, 'restore.started', {
			folder: order.backup.folder,
			sha256: order.backup.sha256,
			confirmedRows: order.confirmedRows,
		});
		const replacement = replacementOf(run, order);
		await step(run, 'restore', async (context) => {
			if (order.backup.replacement === null) await restoreBeside(context, order.backup, replacement);
			return swapIn(run, context, { ...order, replacement });
		});
	} catch (error) {
		letGoOn(error);
		return endAfterFailure(run, order, error);
	}
	return endRestored(run, order);
}

/** Somebody may have dropped the database that was kept for this: the dump is there all the same. */
async function forgetMissingReplacement(run: OpenRun, order: RestoreOrder): Promise<RestoreOrder> {
	const { replacement } = order.backup;
	if (replacement === null || (await listDatabases(run.target)).includes(replacement)) return order;
	await keepReplacement(run, null);
	const message = `${replacement}, which was kept for a restore, is gone: the backup is restored from the dump instead`;
	run.journal.tell('restore', { phase: 'notice', data: { severity: 'WARNING', message } });
	return { ...order, backup: { ...order.backup, replacement: null } };
}

/** What takes the live database's place: the one that is kept for it, else what is restored from the dump. */
function replacementOf(run: OpenRun, order: RestoreOrder): string {
	return order.backup.replacement ?? restoreNames(run.runId).replacement;
}

/** Into a new database, and compared with what the backup's own snapshot was: anything less than equal is no way back. */
async function restoreBeside(context: GateContext, backup: KeptBackup, replacement: string): Promise<void> {
	const { target, tell, signal } = context;
	await verifyDumpHere(backup);
	await restoreDatabase({
		target,
		dumpFolder: backup.folder,
		intoDatabase: replacement,
		what: 'everything',
		applicationName: `countersign restore ${context.runId}`,
		jobs: target.backup.jobs,
		onProgress: (progress) => tell(restoreProgress(progress)),
		signal,
	});
	tell({ phase: 'progress', data: { summary: 'comparing it with the state before the change' } });
	const restored = await look(context, replacement);
	const rows = diffCensus(backup.census, restored.census);
	const expected = backup.restored?.databaseFingerprint ?? backup.databaseFingerprint;
	if (databaseFingerprintOf(restored.catalog) === expected && rows.length === 0) return;
	throw new StepFailed({
		code: 'restore_not_exact',
		message: `The restored database is not equal to the one before the change: ${rows.slice(0, 10).join('; ') || 'the catalog differs'}.`,
		instead: 'The live database is untouched and maintenance mode stays on. Call whoever knows the backup.',
	});
}

/** Whoever made it may have been on another machine. */
async function verifyDumpHere(backup: KeptBackup): Promise<void> {
	try {
		await verifyDump(backup);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
		throw new StepFailed(
			{
				code: 'backup_not_here',
				message: `The dump ${backup.folder} is not there on ${hostname()}, where this worker runs.`,
				instead:
					'The live database is untouched. All workers must see the same backup folder: mount it on this machine, or stop the worker here, and confirm the restore again.',
			},
			{ cause: error },
		);
	}
}

/** Which database is live is asked of the target, once a swap had begun; the error does not tell. */
async function endAfterFailure(run: OpenRun, order: RestoreOrder, error: unknown): Promise<void> {
	if (!(await hasBegunSwap(run))) return waitAgain(run, order, { replacement: replacementOf(run, order), error });
	const live = await healRestore(run, { order, first: error });
	if (live === 'swapped') return endRestored(run, order);
	return waitAgain(run, order, { replacement: replacementOf(run, order), error });
}

/**
 * Makes the live name lead to one whole database that takes connections, and says which. Throws `swap_unfinished` when the target does
 * not let it be: the run stays where it is, people are told, and a worker tries again.
 */
export async function healRestore(
	run: OpenRun,
	{ order, first }: { order: RestoreOrder; first?: unknown },
): Promise<'swapped' | 'not swapped'> {
	const live = run.target.connection.database;
	const names = { target: run.target, live, replacement: replacementOf(run, order), keptAs: restoreNames(run.runId).keptAs };
	try {
		return await persist(run, () => healSwap(names));
	} catch (error) {
		letGoOn(error);
		const began = first === undefined ? '' : ` It began with: ${failureOf(first).message}`;
		throw new StepFailed(
			{
				code: 'swap_unfinished',
				message: `The swap of ${live} was cut short, and it could not be finished or reverted: ${failureOf(error).message}.${began}`,
				instead: `${live} may be closed to connections or set aside as ${names.keptAs}; nothing is lost. A worker tries again until the target lets it.`,
			},
			{ cause: error },
		);
	}
}

/** Tries a few times, in case the target is restarting. Throws the last error, or at once when this worker stops. */
export async function persist<T>(run: OpenRun, ask: () => Promise<T>): Promise<T> {
	let last: unknown;
	for (const pause of PAUSES_MS) {
		letGoOn(run.signal.reason);
		await wait(pause);
		try {
			return await ask();
		} catch (error) {
			letGoOn(error);
			last = error;
		}
	}
	throw last;
}
