import { setTimeout as wait } from 'node:timers/promises';
import type { Failure } from '#lib/domain/run.ts';
import { sentence } from '#lib/domain/wording/sentence.ts';
import { redact } from '#lib/redact.ts';
import { removeReplacement } from '#lib/run/leftovers/remove-leftovers.ts';
import { AbortPressed } from '#lib/run/owner/heed-aborts.ts';
import { LostOwnership } from '#lib/run/owner/journal.ts';
import { keepFingerprintAfter } from '#lib/run/owner/keep-facts.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { failureOf } from '#lib/run/owner/step.ts';
import { tellTruth } from '#lib/run/owner/tell-truth.ts';
import { needsOf } from '#lib/run/owner/window-needs.ts';
import { endRun } from './end-run.ts';
import { endUnproved } from './end-unknown.ts';
import { hasTouchedMaintenanceMode, turnMaintenanceModeOff } from './maintenance-mode-off.ts';

/** How long to wait for the catalog if a transaction had begun: the target may be recovering from a crash. */
const GIVE_UP_AFTER_MS = 30_000;
const PAUSE_MS = 500;

/**
 * Nothing was committed, as the marker has shown. The catalog fingerprint must be what it was before; only then does maintenance
 * mode go off. `began`: whether a transaction had begun. If not, a target that does not answer proves nothing but does no harm. A run
 * that has sent nothing of its bundle cannot have changed the catalog, and of one that ends because others changed it that was seen: what
 * differs then, others did, and it says so.
 */
export async function endRolledBack(run: OpenRun, { error, began }: { error: unknown; began: boolean }): Promise<void> {
	const failure = failureOf(error);
	if (run.truth.kind !== 'nothing_committed') await tellTruth(run, 'transaction', { kind: 'nothing_committed' });
	const proof = await proveNothingChanged(run, began ? GIVE_UP_AFTER_MS : 0);
	const isOthers = proof.found === 'differs' && (!hasSent({ began, failure }) || failure.code === 'changed_by_others');
	if (!isOthers && (proof.found === 'differs' || (proof.found === 'unreadable' && began)))
		return endUnproved(run, { failure, says: proof.says });
	const latency = error instanceof AbortPressed ? await sinceAbort(run, error) : null;
	const leftOn = await leaveMaintenanceMode(run, failure);
	const leftOver = await removeReplacement(run);
	const summary = [
		'Nothing was committed.',
		`${proof.says}${isOthers ? `, ${othersWords(failure)}` : ''}.`,
		latency,
		sentence(failure.message),
		leftOn,
		leftOver,
	]
		.filter(Boolean)
		.join(' ');
	await endRun(run, { outcome: 'rolled_back', failure, summary });
}

function othersWords({ code }: Failure): string {
	return code === 'changed_by_others' ? 'by what others have changed' : 'and this run had sent nothing: somebody else has changed it';
}

/** What others did since the backup is asked right after BEGIN, before the first statement. */
function hasSent({ began, failure }: { began: boolean; failure: Failure }): boolean {
	return began && failure.code !== 'written_since_backup';
}

/** Another run that has committed still needs maintenance mode. */
async function leaveMaintenanceMode(run: OpenRun, { code }: Failure): Promise<string | null> {
	if (!(await hasTouchedMaintenanceMode(run))) return null;
	if (code === 'decision_pending') return 'Maintenance mode stays on for the run that is pending.';
	return turnMaintenanceModeOff(run, { services: false });
}

/** The time from the abort until it was proved that nothing of the run is left in the target. */
async function sinceAbort(run: OpenRun, { pressedAt }: AbortPressed): Promise<string> {
	const now = await needsOf(run, 'COMMIT').consoleNow();
	return `Confirmed ${((now.getTime() - pressedAt.getTime()) / 1000).toFixed(2)} s after the abort.`;
}

type Proof = { found: 'nothing changed' | 'differs' | 'unreadable'; says: string };

/** Compares the catalog now with the catalog at the claim; tries until the target answers or the time is over. */
async function proveNothingChanged(run: OpenRun, giveUpAfterMs: number): Promise<Proof> {
	const { fingerprintBefore: before } = run;
	if (before === null) return { found: 'nothing changed', says: 'The run ended before it read the catalog' };
	const deadline = Date.now() + giveUpAfterMs;
	for (;;) {
		const after = await keepFingerprintAfter(run).catch((error: Error) => {
			if (error instanceof LostOwnership) throw error;
			return error;
		});
		if (after === before) return { found: 'nothing changed', says: `Fingerprint ${after.slice(0, 12)} before and after` };
		if (typeof after === 'string')
			return {
				found: 'differs',
				says: `The catalog has changed: fingerprint ${before.slice(0, 12)} before, ${after.slice(0, 12)} now`,
			};
		if (Date.now() >= deadline) return { found: 'unreadable', says: `The catalog could not be read again: ${redact(after.message)}` };
		await wait(PAUSE_MS);
	}
}
