import { setTimeout as wait } from 'node:timers/promises';
import { sentence } from '#lib/domain/sentence.ts';
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

/** How long the catalog is asked for once a transaction had begun: the target may be recovering from a crash. */
const GIVE_UP_AFTER_MS = 30_000;
const PAUSE_MS = 500;

/**
 * Nothing was committed, as the marker has shown. The catalog fingerprint must be what it was before; only then does maintenance
 * mode go off. `began`: whether a transaction had begun. Where none had, a target that does not answer proves nothing and harms nothing.
 */
export async function endRolledBack(run: OpenRun, { error, began }: { error: unknown; began: boolean }): Promise<void> {
	const failure = failureOf(error);
	if (run.truth.kind !== 'nothing_committed') await tellTruth(run, 'transaction', { kind: 'nothing_committed' });
	const proof = await proveNothingChanged(run, began ? GIVE_UP_AFTER_MS : 0);
	if (proof.found === 'differs' || (proof.found === 'unreadable' && began)) return endUnproved(run, { failure, says: proof.says });
	const latency = error instanceof AbortPressed ? await sinceAbort(run, error) : null;
	const leftOn = (await hasTouchedMaintenanceMode(run)) ? await turnMaintenanceModeOff(run, { services: false }) : null;
	const leftOver = await removeReplacement(run);
	const summary = ['Nothing was committed.', `${proof.says}.`, latency, sentence(failure.message), leftOn, leftOver]
		.filter(Boolean)
		.join(' ');
	await endRun(run, { outcome: 'rolled_back', failure, summary });
}

/** From the press of Abort until it was shown that nothing is left of the run in the target. */
async function sinceAbort(run: OpenRun, { pressedAt }: AbortPressed): Promise<string> {
	const now = await needsOf(run).consoleNow();
	return `Confirmed ${((now.getTime() - pressedAt.getTime()) / 1000).toFixed(2)} s after Abort was pressed.`;
}

type Proof = { found: 'nothing changed' | 'differs' | 'unreadable'; says: string };

/** The catalog now against the catalog at the claim; asked again until it answers or the time is over. */
async function proveNothingChanged(run: OpenRun, giveUpAfterMs: number): Promise<Proof> {
	const { fingerprintBefore: before } = run;
	if (before === null) return { found: 'nothing changed', says: 'The run ended before it looked at the catalog' };
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
				says: `The catalog is not what it was before: fingerprint ${before.slice(0, 12)} before, ${after.slice(0, 12)} now`,
			};
		if (Date.now() >= deadline) return { found: 'unreadable', says: `The catalog could not be read again: ${redact(after.message)}` };
		await wait(PAUSE_MS);
	}
}
