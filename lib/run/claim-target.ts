import { hostname } from 'node:os';
import { basename, dirname } from 'node:path';
import { allOrFirstError } from '#lib/all-or-first-error.ts';
import { type BundleStatement, splitBundle } from '#lib/bundle/split-bundle.ts';
import { flawOfStored, flawOfWindow } from '#lib/change/signed-bytes.ts';
import { obstaclesOf, type Preflight } from '#lib/domain/preflight.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { sentence } from '#lib/domain/wording/sentence.ts';
import { assertBaseline } from '#lib/gates/baseline.ts';
import type { GateContext, Passed } from '#lib/gates/gate.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import { askPreflight } from '#lib/gates/preflight/ask-preflight.ts';
import { readRehearsedLocks, withRehearsed } from '#lib/gates/preflight/rehearsed-locks.ts';
import { assertRehearsed, type Rehearsed } from '#lib/gates/rehearsed.ts';
import { assertRestorable } from '#lib/gates/restorable.ts';
import { holdsDump, openBackupFolder } from '#lib/postgres/backup/backup-folder.ts';
import { fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { readDurabilityFlaws } from '#lib/postgres/connection/durability.ts';
import { readIdentity, readServerState } from '#lib/postgres/connection/identity.ts';
import { gatherLocks, type NeededLock } from '#lib/sql/plan/touched.ts';
import { readMeasuredTimes } from '#lib/targets/read-measured-times.ts';
import { clearRehearsals } from './leftovers/clear-rehearsals.ts';
import { beginWatching } from './owner/begin-watching.ts';
import { updateOwnRun } from './owner/journal.ts';
import { readLastDump } from './owner/keep-facts.ts';
import type { OpenRun } from './owner/open-run.ts';
import { heedPending } from './owner/pending-decision.ts';
import { holdRunLock } from './owner/run-lock.ts';

/** The statements to send: the signed bytes, split once. And the rehearsal that shows the way back, where the target's is that. */
export type Claimed = { statements: BundleStatement[]; rehearsed: Rehearsed | null };

/**
 * Step 0, in the target: no other run is there, it is the database that was signed for, unchanged since, and a restore can bring
 * all of it back, and nothing is in the way that would certainly end the run.
 */
export async function claimTarget(run: OpenRun, context: GateContext): Promise<Passed<Claimed>> {
	const { target, plan, runId } = context;
	assertAsSigned(context);
	const rehearsed = await assertRehearsed(run.store, context);
	await assertBackupFolder(run);
	await holdRunLock(run);
	await heedPending(run);
	await clearRehearsals(run);
	const locks = gatherLocks(target.connection.database);
	const [{ identity, server, catalog, unsafe }, statements] = await allOrFirstError([
		withTarget({ target, login: 'backup', applicationName: `countersign claim ${runId}`, signal: context.signal }, async (client) => ({
			identity: await readIdentity(client),
			server: await readServerState(client),
			catalog: await readCatalog(client),
			unsafe: await readDurabilityFlaws(client),
		})),
		splitBundle(plan.files, locks.note),
		beginWatching(run),
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
			message: `The server of ${target.name} is a standby, which cannot be changed.`,
			instead:
				'Nothing was changed. Wait for the failover to end, or put the address of the primary into the targets file; then execute again.',
		});
	}
	const fingerprint = fingerprintOf(catalog);
	await assertBaseline(run.store, context, { catalog, fingerprint });
	const preflight = await passPreflight(run, context, locks.needed());
	// Last: what nobody has signed for may be what cannot be restored.
	await assertRestorable(context);
	for (const message of unsafe) context.tell({ phase: 'notice', data: { severity: 'WARNING', message: `The target: ${message}` } });
	await updateOwnRun(run.store, run, { fingerprintBefore: fingerprint });
	run.fingerprintBefore = fingerprint;
	return {
		summary: `${countWords(plan.signers.length, 'signature')}, lock taken, target as signed, everything in it can be restored`,
		evidence: {
			digest: plan.digest,
			identity,
			server,
			fingerprint,
			unsafe,
			preflight,
			signers: plan.signers,
			...(rehearsed ? { rehearsed } : {}),
		},
		value: { statements, rehearsed },
	};
}

/** What would certainly end the run ends it here, before maintenance mode; what only may is told, and kept with the step. */
async function passPreflight(
	{ store, runId }: OpenRun,
	{ target, plan, tell, signal }: GateContext,
	locks: NeededLock[],
): Promise<Preflight> {
	const [rehearsed, { dumps }] = await allOrFirstError([readRehearsedLocks(store, plan.digest), readMeasuredTimes(store, target.name)]);
	const applicationName = `countersign preflight ${runId}`;
	const asked = { target, manifest: plan.manifest, locks: withRehearsed(locks, rehearsed), dumps, applicationName, signal };
	const preflight = await askPreflight(asked);
	const blocking = obstaclesOf(preflight, 'blocks');
	if (blocking.length > 0) {
		throw new StepFailed({
			code: 'preflight',
			message: `The run would certainly end with this: ${blocking.join(' ')}`,
			instead: 'Nothing was changed, and maintenance mode was not turned on. Do what it says, then execute again.',
		});
	}
	for (const message of obstaclesOf(preflight, 'warns')) tell({ phase: 'notice', data: { severity: 'WARNING', message } });
	return preflight;
}

/** Checks the backup folder before anything is turned on. An earlier run's dump in it shows whether all workers share it. */
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
	const message = `${basename(kept)}, the dump of the previous run, is not in ${folder} on ${hostname()}. If nobody removed it, the workers do not share that folder, and a restore may not find its dump.`;
	journal.tell('claim', { phase: 'notice', data: { severity: 'WARNING', message } });
}

/** Checked at Execute already, but what runs is what is stored now. */
function assertAsSigned({ plan, target }: GateContext): void {
	const flaw = flawOfStored(plan.stored) ?? flawOfWindow(plan.stored, target);
	if (!flaw) return;
	throw new StepFailed({
		code: 'not_as_signed',
		message: `The signatures are void: ${flaw}.`,
		instead: 'Nothing was changed. File a new revision and have it signed.',
	});
}
