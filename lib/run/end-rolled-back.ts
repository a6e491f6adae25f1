import { withTarget } from '#lib/postgres/connect.ts';
import { fingerprintOf, readCatalog } from '#lib/postgres/fingerprint.ts';
import { redact } from '#lib/postgres/redact.ts';
import { endRun } from './end-run.ts';
import { endUnknown } from './end-unknown.ts';
import { AbortPressed } from './heed-aborts.ts';
import { updateOwnRun } from './journal.ts';
import { hasTouchedMaintenanceMode, turnMaintenanceModeOff } from './maintenance-mode-off.ts';
import type { OpenRun } from './open-run.ts';
import { removeReplacement } from './remove-leftovers.ts';
import { failureOf } from './step.ts';
import { tellTruth } from './tell-truth.ts';
import { needsOf } from './window-needs.ts';

/**
 * Nothing was committed, as the marker has shown. The catalog fingerprint must be what it was before; only then does maintenance
 * mode go off.
 */
export async function endRolledBack(run: OpenRun, error: unknown): Promise<void> {
	const failure = failureOf(error);
	const proof = await proveNothingChanged(run);
	if (proof.differs) return endUnknown(run, new Error(`${failure.message}; and ${proof.says}`));
	if (run.truth.kind !== 'nothing_committed') await tellTruth(run, 'transaction', { kind: 'nothing_committed' });
	const latency = error instanceof AbortPressed ? await sinceAbort(run, error) : null;
	const leftOn = (await hasTouchedMaintenanceMode(run)) ? await turnMaintenanceModeOff(run, { services: false }) : null;
	const leftOver = await removeReplacement(run);
	const summary = ['Nothing was committed.', proof.says, latency, failure.message, leftOn, leftOver].filter(Boolean).join(' ');
	await endRun(run, { outcome: 'rolled_back', failure, summary });
}

/** From the press of Abort until it was shown that nothing is left of the run in the target. */
async function sinceAbort(run: OpenRun, { pressedAt }: AbortPressed): Promise<string> {
	const now = await needsOf(run).consoleNow();
	return `Confirmed ${((now.getTime() - pressedAt.getTime()) / 1000).toFixed(2)} s after Abort was pressed.`;
}

/** The catalog now against the catalog at the claim. Where no transaction began, a target that does not answer proves nothing and harms nothing. */
async function proveNothingChanged(run: OpenRun): Promise<{ differs: boolean; says: string }> {
	const { target, runId, fingerprintBefore } = run;
	if (fingerprintBefore === null) return { differs: false, says: 'The run ended before it looked at the catalog.' };
	const after = await withTarget({ target, login: 'backup', applicationName: `countersign after ${runId}` }, async (client) =>
		fingerprintOf(await readCatalog(client)),
	).catch((error: Error) => ({ error: redact(error.message) }));
	if (typeof after !== 'string') return { differs: false, says: `The fingerprint could not be read again: ${after.error}.` };
	await updateOwnRun(run.store, run, { fingerprintAfter: after });
	if (after === fingerprintBefore) return { differs: false, says: `Fingerprint ${after.slice(0, 12)} before and after.` };
	return {
		differs: true,
		says: `the catalog is not what it was before: fingerprint ${fingerprintBefore.slice(0, 12)} before, ${after.slice(0, 12)} now`,
	};
}
