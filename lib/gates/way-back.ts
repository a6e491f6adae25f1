import { allOrFirstError } from '#lib/all-or-first-error.ts';
import { restoreNames, scratchName } from '#lib/domain/database-names.ts';
import type { JournalEvent } from '#lib/domain/run.ts';
import { verifyDump } from '#lib/postgres/backup/prove-dump.ts';
import { dropDatabase, restoreDatabase } from '#lib/postgres/backup/restore-database.ts';
import type { RestoreProgress } from '#lib/postgres/backup/restore-progress.ts';
import { asRestored, definitionsOf, printedOtherwise } from '#lib/postgres/catalog/as-restored.ts';
import { type Census, diffCensus, takeCensus } from '#lib/postgres/catalog/census.ts';
import { type CatalogEntry, databaseFingerprintOf, diffCatalogs, fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { setConnectionsAllowed } from '#lib/postgres/sessions/database-sessions.ts';
import type { ProvenBackup } from './backup.ts';
import { type GateContext, type Passed, StepFailed } from './gate.ts';

type TakenBackup = ProvenBackup & { catalog: CatalogEntry[] };

/** What the catalog's fingerprints must be once the dump has been restored: an expression may be printed otherwise then. */
export type RestoredPrints = { fingerprint: string; databaseFingerprint: string };

export type WayBack = {
	/** A database that a restore has only to put in place; null when it is made from the dump. */
	kept: string | null;
	restored: RestoredPrints;
};

/**
 * "Rollback plan tested": this run's own backup is restored into a scratch database, and its catalog and row counts must equal those of
 * the snapshot that it was taken from. It is closed and stays until the run is over: a restore has only to put it in place; not where a
 * standby copy will be made for that. Where a target accepts the DBA's signed attestation instead, the definitions alone are restored
 * and compared: that a restore is possible is proved all the same.
 */
export async function proveWayBack(context: GateContext, backup: TakenBackup): Promise<Passed<WayBack>> {
	const { target, runId, plan, tell } = context;
	const scratch = scratchName(runId);
	const attested = target.wayBack === 'attestation';
	const kept = attested || plan.manifest.standbyCopy ? null : scratch;
	const prove = attested ? restoreDefinitions : restoreEverything;
	const restored = await prove(context, backup, scratch)
		.then(async (prints) => {
			if (kept) await setConnectionsAllowed({ target, database: kept, allowed: false });
			else await dropDatabase({ target, database: scratch });
			return prints;
		})
		.catch(async (error) => {
			await dropDatabase({ target, database: scratch }).catch((second: Error) =>
				tell({ phase: 'notice', data: { severity: 'WARNING', message: `${scratch} is left over: ${second.message}` } }),
			);
			throw asFailure(error);
		});
	if (attested) {
		const dba = plan.signers.find((signer) => signer.seat === 'dba');
		return {
			summary: `attested by ${dba?.name ?? 'the DBA'} in the signed statement; of the backup, definitions were restored and compared, rows were not`,
			evidence: { attested: true, ...restored },
			value: { kept, restored },
		};
	}
	return {
		summary: `restored beside and compared: fingerprint and ${backup.census.tables.length} row counts equal${kept ? '; kept until the run is over' : ''}`,
		evidence: { ...restored, tables: backup.census.tables.length, kept },
		value: { kept, restored },
	};
}

async function restoreEverything(context: GateContext, backup: TakenBackup, scratch: string): Promise<RestoredPrints> {
	await verifyDump(backup);
	await restoreDatabase({
		...restoring(context, backup),
		intoDatabase: scratch,
		what: 'everything',
		onProgress: (progress) => context.tell(restoreProgress(progress)),
	});
	context.tell({ phase: 'progress', data: { summary: 'comparing it with the backup’s snapshot' } });
	const seen = await look(context, scratch);
	const expected = await expectedAfterRestore(context, backup, seen.catalog);
	assertEqual({ catalog: expected, census: backup.census }, seen, 'restored backup');
	return printsOf(expected);
}

async function restoreDefinitions(context: GateContext, backup: TakenBackup, scratch: string): Promise<RestoredPrints> {
	context.tell({ phase: 'progress', data: { summary: 'restoring the definitions, to see that a restore is possible' } });
	await restoreDatabase({ ...restoring(context, backup), intoDatabase: scratch, what: 'definitions' });
	const catalog = await readCatalogOf(context, scratch);
	const expected = await expectedAfterRestore(context, backup, catalog);
	const nothing: Census = { tables: [], beside: [], sequences: [], snapshot: '' };
	assertEqual({ catalog: definitionsOf(expected), census: nothing }, { catalog, census: nothing }, 'restored backup');
	return printsOf(expected);
}

/** What is printed otherwise after a restore counts as equal when a second restore of the same text prints the very same. */
async function expectedAfterRestore(context: GateContext, backup: TakenBackup, restored: CatalogEntry[]): Promise<CatalogEntry[]> {
	const live = backup.catalog;
	if (printedOtherwise(live, restored).length === 0) return live;
	const { replacement: second } = restoreNames(context.runId);
	try {
		await restoreDatabase({ ...restoring(context, backup), intoDatabase: second, what: 'definitions' });
		return asRestored({ live, restored, again: await readCatalogOf(context, second) });
	} finally {
		await dropDatabase({ target: context.target, database: second });
	}
}

function restoring({ target, runId, signal }: GateContext, { folder }: ProvenBackup) {
	return { target, dumpFolder: folder, applicationName: `countersign restore ${runId}`, jobs: target.backup.jobs, signal };
}

function readCatalogOf({ target, runId, signal }: GateContext, database: string): Promise<CatalogEntry[]> {
	return withTarget({ target, login: 'backup', database, applicationName: `countersign compare ${runId}`, signal }, readCatalog);
}

function printsOf(catalog: CatalogEntry[]): RestoredPrints {
	return { fingerprint: fingerprintOf(catalog), databaseFingerprint: databaseFingerprintOf(catalog) };
}

function asFailure(error: unknown): StepFailed {
	if (error instanceof StepFailed) return error;
	return new StepFailed(
		{
			code: 'way_back_failed',
			message: `This run's own backup could not be restored: ${error instanceof Error ? error.message : String(error)}`,
			instead:
				'Nothing was changed. The way back must work before anything is applied: see what the restore login lacks, then execute again.',
		},
		{ cause: error },
	);
}

/** How far a restore is, as the page shows it: short, the time that is left must not be cut off. */
export function restoreProgress({ objects, done, total, remainingMs }: RestoreProgress): JournalEvent {
	const summary = `${objects.done} of ${objects.total} objects`;
	return { phase: 'progress', data: { summary, done, total, ...(remainingMs === null ? {} : { remainingMs }) } };
}

/** What a restored database looks like, seen with the same eyes as the live one. */
export async function look(
	{ target, runId, signal }: Pick<GateContext, 'target' | 'runId' | 'signal'>,
	database: string,
): Promise<{ catalog: CatalogEntry[]; census: Census }> {
	const place = { target, login: 'backup', database, applicationName: `countersign compare ${runId}`, signal } as const;
	const [catalog, census] = await allOrFirstError([withTarget(place, readCatalog), takeCensus({ ...place, jobs: target.backup.jobs })]);
	return { catalog, census };
}

/** Another database is equal to what the backup's snapshot was, in catalog and rows; a StepFailed names what differs. */
export function assertEqual(
	before: { catalog: CatalogEntry[]; census: Census },
	restored: { catalog: CatalogEntry[]; census: Census },
	what: 'restored backup' | 'standby copy',
): void {
	const rows = diffCensus(before.census, restored.census);
	if (fingerprintOf(restored.catalog) === fingerprintOf(before.catalog) && rows.length === 0) return;
	const { added, removed, changed } = diffCatalogs(before.catalog, restored.catalog);
	const names = [
		...removed.map((e) => `lacks ${e.kind} ${e.name}`),
		...added.map((e) => `adds ${e.kind} ${e.name}`),
		...changed.map((e) => `differs in ${e.kind} ${e.name}`),
		...rows,
	];
	throw new StepFailed({
		code: 'way_back_not_exact',
		message: `The ${what} is not equal to the database: ${names.slice(0, 10).join('; ')}${names.length > 10 ? `; and ${names.length - 10} more` : ''}.`,
		instead:
			'Nothing was changed. See what the restore login lacks (an owner it is not a member of, a superuser’s extension), then execute again.',
	});
}
