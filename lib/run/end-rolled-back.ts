import { withTarget } from '#lib/postgres/connect.ts';
import { fingerprintOf, readCatalog } from '#lib/postgres/fingerprint.ts';
import { redact } from '#lib/postgres/redact.ts';
import { endRun } from './end-run.ts';
import { endUnknown } from './end-unknown.ts';
import { LostOwnership, updateOwnRun } from './journal.ts';
import { hasTouchedMaintenanceMode, turnMaintenanceModeOff } from './maintenance-mode-off.ts';
import type { OpenRun } from './open-run.ts';
import { settleCommit } from './settle-commit.ts';
import { failureOf } from './step.ts';

/**
 * Nothing was committed. If a transaction had begun, the marker says so, not the exception that brought us here; then the catalog
 * fingerprint must be what it was before. Only then does maintenance mode go off.
 */
export async function endRolledBack(run: OpenRun, error: unknown): Promise<void> {
	if (error instanceof LostOwnership) return;
	const failure = failureOf(error);
	const { xid } = await run.store.run.findUniqueOrThrow({ where: { id: run.runId }, select: { xid: true } });
	if (xid !== null) {
		const settled = await settleCommit(run, xid);
		if (settled.kind !== 'not_applied')
			return endUnknown(
				run,
				new Error(
					`${failure.message}; and then ${settled.kind === 'unknown' ? settled.why : 'the marker was found although the run had failed'}`,
				),
			);
	}
	const proof = await proveNothingChanged(run);
	if (proof.differs) return endUnknown(run, new Error(`${failure.message}; and ${proof.says}`));
	const leftOn = (await hasTouchedMaintenanceMode(run)) ? await turnMaintenanceModeOff(run, { services: false }) : null;
	const summary = ['Nothing was committed.', proof.says, failure.message, leftOn].filter(Boolean).join(' ');
	await endRun(run, { outcome: 'rolled_back', failure, summary });
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
