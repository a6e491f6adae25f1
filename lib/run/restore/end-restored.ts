import { restoreNames } from '#lib/domain/database-names.ts';
import { sentence } from '#lib/domain/sentence.ts';
import { endRun } from '#lib/run/ending/end-run.ts';
import { turnMaintenanceModeOff } from '#lib/run/ending/maintenance-mode-off.ts';
import { keepFingerprintAfter } from '#lib/run/owner/keep-facts.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { tellTruth } from '#lib/run/owner/tell-truth.ts';
import type { RestoreOrder } from './restore-backup.ts';
import { startStopped } from './swap-in.ts';

/** What a bundle did to the whole cluster stays done: it is said, so that somebody puts it right. */
const CLUSTER_DIFFERS =
	'Roles, memberships or other things of the whole cluster differ from before the change; no backup of a database holds them. Compare them with globals.sql in the backup, and put them right by hand.';

/** The backup is live. What it looks like now is read again, not remembered. */
export async function endRestored(run: OpenRun, order: RestoreOrder): Promise<void> {
	// That it is live the renames have shown; what is read or started after that changes nothing about it.
	if (run.truth.kind !== 'restored') await tellTruth(run, 'restore', { kind: 'restored', at: new Date().toISOString() });
	const notStarted = await startStopped(run);
	const after = await keepFingerprintAfter(run);
	const leftOn = await turnMaintenanceModeOff(run, { services: false });
	const { keptAs } = restoreNames(run.runId);
	// As it was, or as the dump's own text is printed after a restore.
	const { fingerprint, restored } = order.backup;
	const cluster = after === fingerprint || after === restored?.fingerprint ? null : CLUSTER_DIFFERS;
	const kept = `The backup was put back; the failed database is kept as ${keptAs}.`;
	const summary = [sentence(order.failure.message), kept, notStarted, cluster, leftOn].filter(Boolean).join(' ');
	await endRun(run, { outcome: 'restored', failure: order.failure, summary });
}
