import { dropsAny } from '#lib/bundle/split-bundle.ts';
import { takeBackup } from '#lib/gates/backup.ts';
import { turnMaintenanceModeOn } from '#lib/gates/maintenance-mode-on.ts';
import { checkQuiescence } from '#lib/gates/quiescence.ts';
import { makeStandbyCopy } from '#lib/gates/standby-copy.ts';
import { checkTrial } from '#lib/gates/trial.ts';
import { proveWayBack } from '#lib/gates/way-back.ts';
import { checkWindow } from '#lib/gates/window.ts';
import { afterCommit } from './after-commit.ts';
import { claimTarget } from './claim-target.ts';
import { goOnFromMarker } from './go-on-from-marker.ts';
import { keepBackup, keepReplacement, keepWayBack } from './owner/keep-facts.ts';
import type { OpenRun } from './owner/open-run.ts';
import { step } from './owner/step.ts';
import { needsOf } from './owner/window-needs.ts';
import { withTargetFree } from './owner/with-target-free.ts';
import { applyInTransaction } from './transaction/transaction.ts';

/**
 * One run of one approved change, in order. It ends in an outcome, or waits for people to decide about a restore;
 * whatever happens, it never guesses whether COMMIT happened: the marker says so.
 */
export async function runChange(run: OpenRun): Promise<void> {
	try {
		await upToCommit(run);
	} catch (error) {
		return goOnFromMarker(run, { error, takenOver: false });
	}
	return afterCommit(run);
}

/** Steps 0 to 6. Returns only when the change is committed. */
async function upToCommit(run: OpenRun): Promise<void> {
	const { statements, rehearsed } = await step(run, 'claim', (context) => claimTarget(run, context));
	await step(run, 'window', (context) => checkWindow(context, needsOf(run, 'run')));
	await step(run, 'maintenance mode on', turnMaintenanceModeOn);
	const backup = await step(run, 'backup', takeBackup);
	await keepBackup(run, backup);
	const dropsRoles = dropsAny(statements, backup.roles);
	await keepWayBack(run, await step(run, 'way back', (context) => proveWayBack(context, backup, { dropsRoles, rehearsed })));
	if (run.plan.manifest.standbyCopy)
		await keepReplacement(run, await step(run, 'standby copy', (context) => withTargetFree(run, () => makeStandbyCopy(context, backup))));
	const quietAt = await step(run, 'quiescence', (context) => checkQuiescence(context, { backup, quietAt: backup.census.snapshot }));
	await step(run, 'trial', checkTrial);
	await step(run, 'transaction', (context) => applyInTransaction(run, context, { backup, quietAt, statements }));
}
