import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { restoreNames } from '#lib/domain/target/database-names.ts';
import { withoutAcceptedRows } from '#lib/gates/accepted-rows.ts';
import { type GateContext, StepFailed } from '#lib/gates/gate.ts';
import { lookAtCopy, proveCopyAgain } from '#lib/gates/proven-copy.ts';
import { bringRolesBack } from '#lib/gates/ready-to-restore.ts';
import { restoreProgress } from '#lib/gates/way-back.ts';
import { healSwap } from '#lib/postgres/backup/heal-swap.ts';
import { verifyDump } from '#lib/postgres/backup/prove-dump.ts';
import { restoreDatabase } from '#lib/postgres/backup/restore-database.ts';
import { diffCensus } from '#lib/postgres/catalog/census.ts';
import { databaseFingerprintOf } from '#lib/postgres/catalog/fingerprint.ts';
import { listDatabases } from '#lib/postgres/catalog/list-databases.ts';
import { DoorOpened } from '#lib/postgres/sessions/closed-door.ts';
import { type KeptBackup, keepDoorAtSwap, keepReplacement, keepRolesMade } from '#lib/run/owner/keep-facts.ts';
import { letGoOn } from '#lib/run/owner/let-go.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { failureOf, recordStep, step } from '#lib/run/owner/step.ts';
import { endRestored } from './end-restored.ts';
import type { ProvedAgain, RestoreOrder } from './restore-order.ts';
import { hasBegunSwap, swapIn } from './swap-in.ts';
import { waitAgain } from './wait-again.ts';

/** How often a target is tried, and with which pauses, before it counts as unreachable. */
const PAUSES_MS = [0, 2_000, 5_000, 10_000];

/**
 * Restores the backup beside the live database, never over it. It is restored into a new database and compared, unless that was done before COMMIT
 * already (the way back was tried, or a standby copy made), and that one is proved again; only then do services stop, sessions end and two renames swap it in. Until the swap the live database is untouched; afterwards it is kept under another name.
 */
export async function restoreBackup(run: OpenRun, asked: RestoreOrder): Promise<void> {
	run.aborts.renew();
	let order = asked;
	try {
		order = await forgetMissingReplacement(run, asked);
		await recordStep(run, 'restore.started', {
			folder: order.backup.folder,
			sha256: order.backup.sha256,
			confirmed: order.confirmed,
		});
		await step(run, 'restore', (context) =>
			tellingOpened(async () => {
				const made = await bringRolesBack(context, order.backup.roles);
				if (made.length > 0) await keepRolesMade(run, [...order.backup.rolesMade, ...made]);
				const kept = await proveKept(run, context, order.backup);
				if (kept === null) order = withoutReplacement(order);
				const replacement = replacementOf(run, order);
				const proved = kept ?? (await restoreBeside(context, order.backup, replacement));
				order = withDoor(order, proved);
				await keepDoorAtSwap(run, order.backup.doorAtSwap);
				return swapIn(run, context, { ...order, ...proved, replacement });
			}),
		);
	} catch (error) {
		letGoOn(error);
		return endAfterFailure(run, order, error);
	}
	return endRestored(run, order);
}

/** Somebody may have dropped the database that was kept for this; the dump still exists. */
async function forgetMissingReplacement(run: OpenRun, order: RestoreOrder): Promise<RestoreOrder> {
	const { replacement } = order.backup;
	if (replacement === null || (await listDatabases(run.target)).includes(replacement)) return order;
	await forgetReplacement(run, `${replacement}, which was kept for a restore, is gone`);
	return withoutReplacement(order);
}

/** The one that was kept is proved again: somebody may have been in it. Null where it cannot be used; it stays, to be looked into. */
async function proveKept(run: OpenRun, context: GateContext, { replacement, proven, properties }: KeptBackup): Promise<ProvedAgain | null> {
	if (replacement === null) return null;
	const again = proven
		? await proveCopyAgain(context, { database: replacement, proven, properties })
		: { differs: 'an older version kept nothing to compare it with' };
	if ('differs' in again) {
		await forgetReplacement(
			run,
			`${replacement}, which was kept for a restore, is not as it was when it was proved (${again.differs}). It stays to be looked into`,
		);
		return null;
	}
	await keepReplacement(run, { kept: replacement, proven: again.proven });
	return { door: again.proven.door, hasUnlogged: again.proven.hasUnlogged, provedAgain: again.how };
}

async function forgetReplacement(run: OpenRun, why: string): Promise<void> {
	await keepReplacement(run, { kept: null, proven: null });
	const message = `${why}: the backup is restored from the dump instead`;
	run.journal.tell('restore', { phase: 'notice', data: { severity: 'WARNING', message } });
}

function withoutReplacement(order: RestoreOrder): RestoreOrder {
	return { ...order, backup: { ...order.backup, replacement: null, proven: null } };
}

function withDoor(order: RestoreOrder, { door, hasUnlogged }: ProvedAgain): RestoreOrder {
	return { ...order, backup: { ...order.backup, doorAtSwap: hasUnlogged ? null : door } };
}

/** The database to swap in: the one kept for this, else one restored from the dump. */
function replacementOf(run: OpenRun, order: RestoreOrder): string {
	return order.backup.replacement ?? restoreNames(run.runId).replacement;
}

/** Restores into a new database and compares it with the backup's own snapshot: it must be equal. */
async function restoreBeside(context: GateContext, backup: KeptBackup, replacement: string): Promise<ProvedAgain> {
	const { target, plan, tell, signal } = context;
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
	const restored = await lookAtCopy(context, replacement);
	const rows = diffCensus(withoutAcceptedRows(plan, backup.census), withoutAcceptedRows(plan, restored.census));
	const expected = backup.restored?.databaseFingerprint ?? backup.databaseFingerprint;
	if (databaseFingerprintOf(restored.catalog) === expected && rows.length === 0)
		return { door: restored.door, hasUnlogged: restored.hasUnlogged, provedAgain: 'restored from the dump now, and compared' };
	throw new StepFailed({
		code: 'restore_not_exact',
		message: `The restored database is not equal to the one before the change: ${rows.slice(0, 10).join('; ') || 'the catalog differs'}.`,
		instead: 'The live database is untouched and maintenance mode stays on. Call the people who run the backups.',
	});
}

/** An error of the restore as people are told it. */
async function tellingOpened<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw error instanceof DoorOpened ? copyOpened(error) : error;
	}
}

function copyOpened(error: DoorOpened): StepFailed {
	return new StepFailed(
		{
			code: 'copy_opened',
			message: `The swap was called off: ${error.message}.`,
			instead: 'The live database is untouched. Find out who opened it, and confirm the restore again: it is compared again then.',
		},
		{ cause: error },
	);
}

/** The dump may have been made on another machine. */
async function verifyDumpHere(backup: KeptBackup): Promise<void> {
	try {
		await verifyDump(backup);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
		throw new StepFailed(
			{
				code: 'backup_not_here',
				message: `The dump ${backup.folder} does not exist on ${hostname()}, where this worker runs.`,
				instead:
					'The live database is untouched. All workers must see the same backup folder: mount it on this machine, or stop the worker here, and confirm the restore again.',
			},
			{ cause: error },
		);
	}
}

/** Once a swap has begun, the target is asked which database is live; the error does not show it. */
async function endAfterFailure(run: OpenRun, order: RestoreOrder, error: unknown): Promise<void> {
	if (!(await hasBegunSwap(run))) return waitAgain(run, order, { replacement: replacementOf(run, order), error });
	const live = await healRestore(run, { order, first: error });
	if (live === 'swapped') return endRestored(run, order);
	return waitAgain(run, order, { replacement: replacementOf(run, order), error });
}

/**
 * Makes the live name lead to one complete database that accepts connections, and returns which. Throws `swap_unfinished` when the target does
 * not allow it: the run stays as it is, people are informed, and a worker tries again.
 */
export async function healRestore(
	run: OpenRun,
	{ order, first }: { order: RestoreOrder; first?: unknown },
): Promise<'swapped' | 'not swapped'> {
	const live = run.target.connection.database;
	const names = { target: run.target, live, replacement: replacementOf(run, order), keptAs: restoreNames(run.runId).keptAs };
	// A run of an older version has kept none.
	const door = order.backup.doorAtSwap ?? null;
	try {
		return await persist(run, () => healSwap({ ...names, door }));
	} catch (error) {
		letGoOn(error);
		const began = first === undefined ? '' : ` It began with: ${failureOf(first).message}`;
		throw new StepFailed(
			{
				code: 'swap_unfinished',
				message: `The swap of ${live} was interrupted, and it could not be finished or reverted: ${failureOf(error).message}.${began}`,
				instead: `${live} may be closed to connections or set aside as ${names.keptAs}; nothing is lost. A worker tries again until it succeeds.`,
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
