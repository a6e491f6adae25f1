import { hostname } from 'node:os';
import { basename, dirname } from 'node:path';
import { allOrFirstError } from '#lib/all-or-first-error.ts';
import { flawOfStored, flawOfWindow } from '#lib/change/signed-bytes.ts';
import { sentence } from '#lib/domain/sentence.ts';
import type { GateContext, Passed } from '#lib/gates/gate.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import { assertRestorable } from '#lib/gates/restorable.ts';
import { holdsDump, openBackupFolder } from '#lib/postgres/backup/backup-folder.ts';
import { fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { readIdentity, readServerState } from '#lib/postgres/connection/identity.ts';
import { beginWatching } from './owner/begin-watching.ts';
import { updateOwnRun } from './owner/journal.ts';
import { readLastDump } from './owner/keep-facts.ts';
import type { OpenRun } from './owner/open-run.ts';
import { holdRunLock } from './owner/run-lock.ts';
import { type BundleStatement, splitBundle } from './transaction/apply-statements.ts';

/**
 * Step 0, in the target: nobody else runs there, it is the very database that was signed for, as it was then, and a restore can bring
 * all of it back. Returns the statements that will be sent: the signed bytes, split here once.
 */
export async function claimTarget(run: OpenRun, context: GateContext): Promise<Passed<BundleStatement[]>> {
	const { target, plan, runId } = context;
	assertAsSigned(context);
	await assertBackupFolder(run);
	await holdRunLock(run);
	const [{ identity, server, fingerprint }, statements] = await allOrFirstError([
		withTarget({ target, login: 'backup', applicationName: `countersign claim ${runId}`, signal: context.signal }, async (client) => ({
			identity: await readIdentity(client),
			server: await readServerState(client),
			fingerprint: fingerprintOf(await readCatalog(client)),
		})),
		splitBundle(plan.files),
		beginWatching(run),
		assertRestorable(context),
	]);
	if (identity.systemIdentifier !== plan.identity.systemIdentifier || identity.databaseOid !== plan.identity.databaseOid) {
		throw new StepFailed({
			code: 'another_database',
			message: `${target.name} is not the database that was signed for: it is ${identity.systemIdentifier}/${identity.databaseOid}, and the signatures are for ${plan.identity.systemIdentifier}/${plan.identity.databaseOid}.`,
			instead: 'Nothing was changed. If the database was restored or moved on purpose, file a new revision and have it signed.',
		});
	}
	if (server.timeline === null) {
		throw new StepFailed({
			code: 'target_is_standby',
			message: `The server that answers for ${target.name} is a standby: it takes no changes.`,
			instead:
				'Nothing was changed. Wait for the failover to end, or put the address of the primary into the targets file; then execute again.',
		});
	}
	if (fingerprint !== plan.baseline) {
		throw new StepFailed({
			code: 'baseline_differs',
			message: `The catalog of ${target.name} has changed since this revision was filed: its fingerprint is ${fingerprint.slice(0, 12)}, and ${plan.baseline.slice(0, 12)} was signed for.`,
			instead: 'Nothing was changed. File a new revision against the present state and have it signed.',
		});
	}
	await updateOwnRun(run.store, run, { fingerprintBefore: fingerprint });
	run.fingerprintBefore = fingerprint;
	return {
		summary: `${plan.signers.length} signatures, lock taken, target as it was signed for, nothing in it that a restore would lose`,
		evidence: { digest: plan.digest, identity, server, fingerprint, signers: plan.signers },
		value: statements,
	};
}

/** Before anything is switched on: the backup will find its place. What an earlier run left there shows whether all workers see the same. */
async function assertBackupFolder({ store, target, runId, journal }: OpenRun): Promise<void> {
	const { folder } = target.backup;
	try {
		await openBackupFolder(folder);
	} catch (error) {
		throw new StepFailed(
			{
				code: 'no_backup_folder',
				message: sentence(error instanceof Error ? error.message : String(error)),
				instead:
					'Nothing was changed. All workers must see this folder and be able to write to it: mount it on that machine, or stop the worker there.',
			},
			{ cause: error },
		);
	}
	const kept = await readLastDump(store, { target: target.name, exceptRun: runId });
	if (kept === null || dirname(kept) !== folder || (await holdsDump(folder, kept))) return;
	const message = `${basename(kept)}, the dump of the run before, is not in ${folder} on ${hostname()}. If nobody removed it, the workers do not share that folder: a restore may then not find its dump.`;
	journal.tell('claim', { phase: 'notice', data: { severity: 'WARNING', message } });
}

/** Asked at Execute already; what is run is what is stored now. */
function assertAsSigned({ plan, target }: GateContext): void {
	const flaw = flawOfStored(plan.stored) ?? flawOfWindow(plan.stored, target);
	if (!flaw) return;
	throw new StepFailed({
		code: 'not_as_signed',
		message: `The signatures are void: ${flaw}.`,
		instead: 'Nothing was changed. File a new revision and have it signed.',
	});
}
