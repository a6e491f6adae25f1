import { takeBackup } from '#lib/gates/backup.ts';
import { turnMaintenanceModeOn } from '#lib/gates/maintenance-mode-on.ts';
import { checkQuiescence } from '#lib/gates/quiescence.ts';
import { checkTrial } from '#lib/gates/trial.ts';
import { proveWayBack } from '#lib/gates/way-back.ts';
import { checkWindow } from '#lib/gates/window.ts';
import { claimTarget } from './claim-target.ts';
import { endRolledBack } from './end-rolled-back.ts';
import { endSucceeded } from './end-succeeded.ts';
import { endUnknown } from './end-unknown.ts';
import { keepBackup, keepCommit } from './keep-facts.ts';
import { offerRestore } from './offer-restore.ts';
import type { OpenRun } from './open-run.ts';
import { smokeTestAgain } from './smoke-test-again.ts';
import { step } from './step.ts';
import { applyInTransaction, CommitUnknown } from './transaction.ts';
import { needsOf } from './window-needs.ts';

/**
 * One run of one approved change, in order. It ends in an outcome, or waits for people to decide about a restore;
 * whatever happens, it never guesses whether COMMIT happened.
 */
export async function runChange(run: OpenRun): Promise<void> {
	try {
		await upToCommit(run);
	} catch (error) {
		return error instanceof CommitUnknown ? endUnknown(run, error) : endRolledBack(run, error);
	}
	return afterCommit(run);
}

/** Steps 0 to 6. Throws when nothing was committed, or when that is not known (CommitUnknown). */
async function upToCommit(run: OpenRun): Promise<void> {
	await step(run, 'claim', (context) => claimTarget(run, context));
	await step(run, 'window', (context) => checkWindow(context, needsOf(run)));
	await step(run, 'maintenance mode on', turnMaintenanceModeOn);
	const backup = await step(run, 'backup', takeBackup);
	await keepBackup(run, backup);
	await step(run, 'way back', (context) => proveWayBack(context, backup));
	await step(run, 'quiescence', (context) => checkQuiescence(context, backup));
	await step(run, 'trial', checkTrial);
	const commit = await step(run, 'transaction', (context) => applyInTransaction(run, context, backup));
	await keepCommit(run, backup, commit);
}

/** Steps 7 to 9. Also where a committed run goes on when its smoke tests are asked again. */
export async function afterCommit(run: OpenRun): Promise<void> {
	try {
		await step(run, 'smoke tests', smokeTestAgain);
	} catch (error) {
		return offerRestore(run, error);
	}
	return endSucceeded(run);
}
