import { startService, stopService } from '#lib/application/services.ts';
import { restoreNames } from '#lib/domain/database-names.ts';
import type { Failure, RestorePrice } from '#lib/domain/run.ts';
import { sentence } from '#lib/domain/sentence.ts';
import type { Service } from '#lib/domain/target.ts';
import { type GateContext, type Passed, StepFailed } from '#lib/gates/gate.ts';
import { look, restoreProgress } from '#lib/gates/way-back.ts';
import { verifyDump } from '#lib/postgres/backup/prove-dump.ts';
import { dropDatabase, restoreDatabase } from '#lib/postgres/backup/restore-database.ts';
import { swapDatabases } from '#lib/postgres/backup/swap-databases.ts';
import { diffCensus } from '#lib/postgres/catalog/census.ts';
import { databaseFingerprintOf } from '#lib/postgres/catalog/fingerprint.ts';
import { listDatabases } from '#lib/postgres/catalog/list-databases.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { alertAbout, endRun } from '#lib/run/ending/end-run.ts';
import { servicesOf, turnMaintenanceModeOff } from '#lib/run/ending/maintenance-mode-off.ts';
import { failpoint } from '#lib/run/owner/failpoint.ts';
import { LostOwnership, updateOwnRun } from '#lib/run/owner/journal.ts';
import { type KeptBackup, keepFingerprintAfter, keepReplacement } from '#lib/run/owner/keep-facts.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { recordStep, step } from '#lib/run/owner/step.ts';
import { tellTruth } from '#lib/run/owner/tell-truth.ts';
import { withTargetFree } from '#lib/run/owner/with-target-free.ts';
import { priceOn } from './price-restore.ts';

export type RestoreOrder = {
	backup: KeptBackup;
	/** Why it is needed. */
	failure: Failure;
	/** The loss that people confirmed, in rows; null where the signed plan says automatic. */
	confirmedRows: number | null;
};

/**
 * Puts the backup back: beside, never over. It is restored into a new database and compared, unless that was done before COMMIT
 * already (the way back was tried, or a standby copy made); only then do services stop, sessions end and two renames swap it in. Until the swap the live database is untouched; afterwards it is kept aside.
 */
export async function restoreBackup(run: OpenRun, asked: RestoreOrder): Promise<void> {
	const order = await forgetMissingReplacement(run, asked);
	const { keptAs } = restoreNames(run.runId);
	const replacement = replacementOf(run, order);
	await recordStep(run, 'restore.started', {
		folder: order.backup.folder,
		sha256: order.backup.sha256,
		confirmedRows: order.confirmedRows,
	});
	run.aborts.renew();
	try {
		await step(run, 'restore', async (context) => {
			if (order.backup.replacement === null) await restoreBeside(context, order.backup, replacement);
			return swapIn(run, context, { ...order, replacement, keptAs });
		});
	} catch (error) {
		if (error instanceof LostOwnership) throw error;
		return waitAgain(run, order, { replacement, error });
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

/** What a bundle did to the whole cluster stays done: it is said, so that somebody puts it right. */
const CLUSTER_DIFFERS =
	'Roles, memberships or other things of the whole cluster differ from before the change; no backup of a database holds them. Compare them with globals.sql in the backup, and put them right by hand.';

/** What takes the live database's place: the one that is kept for it, else what is restored from the dump. */
export function replacementOf(run: OpenRun, order: RestoreOrder): string {
	return order.backup.replacement ?? restoreNames(run.runId).replacement;
}

/** The backup is live. What it looks like now is read again, not remembered. */
export async function endRestored(run: OpenRun, order: RestoreOrder): Promise<void> {
	const after = await keepFingerprintAfter(run);
	await tellTruth(run, 'restore', { kind: 'restored', at: new Date().toISOString() });
	const leftOn = await turnMaintenanceModeOff(run, { services: false });
	const { keptAs } = restoreNames(run.runId);
	const cluster = after === order.backup.fingerprint ? null : CLUSTER_DIFFERS;
	const summary = [`${sentence(order.failure.message)} The backup was put back; the failed database is kept as ${keptAs}.`, cluster, leftOn]
		.filter(Boolean)
		.join(' ');
	await endRun(run, { outcome: 'restored', failure: order.failure, summary });
}

/** Into a new database, and compared with what the backup's own snapshot was: anything less than equal is no way back. */
async function restoreBeside(context: GateContext, backup: KeptBackup, replacement: string): Promise<void> {
	const { target, tell, signal } = context;
	await verifyDump(backup);
	await restoreDatabase({
		target,
		dumpFolder: backup.folder,
		intoDatabase: replacement,
		applicationName: `countersign restore ${context.runId}`,
		jobs: target.backup.jobs,
		onProgress: (progress) => tell(restoreProgress(progress)),
		signal,
	});
	tell({ phase: 'progress', data: { summary: 'comparing it with the state before the change' } });
	const restored = await look(context, replacement);
	const rows = diffCensus(backup.census, restored.census);
	if (databaseFingerprintOf(restored.catalog) === backup.databaseFingerprint && rows.length === 0) return;
	throw new StepFailed({
		code: 'restore_not_exact',
		message: `The restored database is not equal to the one before the change: ${rows.slice(0, 10).join('; ') || 'the catalog differs'}.`,
		instead: 'The live database is untouched and maintenance mode stays on. Call whoever knows the backup.',
	});
}

/** Services stopped, sessions ended, the loss measured when nobody can write any more, two renames, services started. */
async function swapIn(
	run: OpenRun,
	{ target, tell, signal }: GateContext,
	swap: RestoreOrder & { replacement: string; keptAs: string },
): Promise<Passed<null>> {
	const { replacement, keptAs, backup } = swap;
	const tellProgress = (summary: string) => tell({ phase: 'progress', data: { summary } });
	const services = servicesOf(run);
	let price: RestorePrice | null = null;
	const lastLook = async (client: TargetClient) => {
		price = await priceOn(client, backup);
		await refuseHigherPrice(run, price, swap.confirmedRows);
		// From here on it is finished: an abort that comes later comes too late.
		signal.throwIfAborted();
	};
	const onPhase = async (phase: string) => {
		tellProgress(phase);
		await run.journal.flush();
		failpoint(phase, 'before');
	};
	for (const service of services) {
		tellProgress(`stopping ${service.name}`);
		await stopService(service);
	}
	try {
		await withTargetFree(run, () =>
			swapDatabases({
				target,
				live: target.connection.database,
				replacement,
				keepAs: keptAs,
				applicationName: `countersign swap ${run.runId}`,
				onPhase,
				lastLook,
			}),
		);
	} catch (error) {
		await startAll(services);
		throw error;
	}
	const notStarted = await startAll(services);
	const lost = (price as RestorePrice | null)?.rows ?? 0;
	return {
		summary: [
			`the backup is live and equal to the state before; ${lost} rows lost; the failed database is kept as ${keptAs}`,
			...notStarted,
		].join('; '),
		evidence: { keptAs, price, fingerprint: backup.fingerprint },
		value: null,
	};
}

/** Starts services and says which did not start: by now that changes nothing about what the databases are. */
async function startAll(services: Service[]): Promise<string[]> {
	const failures: string[] = [];
	for (const service of services) {
		await startService(service).catch((error: Error) =>
			failures.push(`${service.name} did not start (${error.message}): start it by hand`),
		);
	}
	return failures;
}

/** More than was confirmed is another decision. Where the signed plan says automatic, no price was set. */
async function refuseHigherPrice(run: OpenRun, price: RestorePrice, confirmedRows: number | null): Promise<void> {
	await updateOwnRun(run.store, run, { price });
	if (confirmedRows === null || price.rows <= confirmedRows) return;
	throw new StepFailed({
		code: 'price_rose',
		message: `A restore would now lose ${price.rows} rows; ${confirmedRows} were confirmed.`,
		instead: 'The live database is untouched. Find the writer, or confirm the restore again at the new price.',
	});
}

/** The restore failed and the live database is as it was after the change. It can be confirmed and started again. */
async function waitAgain(run: OpenRun, order: RestoreOrder, failed: { replacement: string; error: unknown }): Promise<void> {
	// A replacement that was kept is still what it was; what was restored beside is made again.
	if (order.backup.replacement === null)
		await dropDatabase({ target: run.target, database: failed.replacement }).catch((error: Error) => {
			run.journal.tell('restore', {
				phase: 'notice',
				data: { severity: 'WARNING', message: `${failed.replacement} is left over: ${error.message}` },
			});
		});
	run.journal.tell('restore', { phase: 'status', data: { status: 'awaiting_restore' } });
	await run.journal.flush();
	await run.store.$transaction(async (tx) => {
		await tx.restoreConfirmation.deleteMany({ where: { runId: run.runId } });
		await updateOwnRun(tx, run, { status: 'awaiting_restore', failure: order.failure });
	});
	const why = failed.error instanceof Error ? failed.error.message : String(failed.error);
	await recordStep(run, 'restore.ended', { restored: false, why });
	await alertAbout(run, {
		text: `${run.plan.change} on ${run.target.name}: the restore failed and the live database is untouched by it. ${why}`,
		severity: 'critical',
		outcome: 'awaiting_restore',
	});
}
