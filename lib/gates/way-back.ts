import { allOrFirstError } from '#lib/all-or-first-error.ts';
import { scratchName } from '#lib/domain/database-names.ts';
import type { JournalEvent } from '#lib/domain/run.ts';
import { verifyDump } from '#lib/postgres/backup/prove-dump.ts';
import { dropDatabase, restoreDatabase } from '#lib/postgres/backup/restore-database.ts';
import type { RestoreProgress } from '#lib/postgres/backup/restore-progress.ts';
import { type Census, diffCensus, takeCensus } from '#lib/postgres/catalog/census.ts';
import { type CatalogEntry, diffCatalogs, fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { setConnectionsAllowed } from '#lib/postgres/sessions/database-sessions.ts';
import type { ProvenBackup } from './backup.ts';
import { type GateContext, type Passed, StepFailed } from './gate.ts';

/**
 * "Rollback plan tested": this run's own backup is restored into a scratch database, and its catalog fingerprint and row counts
 * must equal those of the snapshot that it was taken from. It is closed and stays until the run is over: a restore has only to put
 * it in place. Returns its name; null where a standby copy will be made for that, and where a target accepts the DBA's signed
 * attestation instead.
 */
export async function proveWayBack(
	context: GateContext,
	backup: ProvenBackup & { catalog: CatalogEntry[] },
): Promise<Passed<string | null>> {
	const { target, runId, plan, tell, signal } = context;
	if (target.wayBack === 'attestation') {
		const dba = plan.signers.find((signer) => signer.seat === 'dba');
		return {
			summary: `attested by ${dba?.name ?? 'the DBA'} in the signed statement; not tested by this run`,
			evidence: { attested: true },
			value: null,
		};
	}
	const scratch = scratchName(runId);
	const kept = plan.manifest.standbyCopy ? null : scratch;
	try {
		await verifyDump(backup);
		await restoreDatabase({
			target,
			dumpFolder: backup.folder,
			intoDatabase: scratch,
			applicationName: `countersign restore ${runId}`,
			jobs: target.backup.jobs,
			onProgress: (progress) => tell(restoreProgress(progress)),
			signal,
		});
		tell({ phase: 'progress', data: { summary: 'comparing it with the backup’s snapshot' } });
		const seen = await look(context, scratch);
		assertEqual(backup, seen, 'restored backup');
		if (kept) await setConnectionsAllowed({ target, database: kept, allowed: false });
		else await dropDatabase({ target, database: scratch });
	} catch (error) {
		await dropDatabase({ target, database: scratch }).catch((second: Error) =>
			tell({ phase: 'notice', data: { severity: 'WARNING', message: `${scratch} is left over: ${second.message}` } }),
		);
		if (error instanceof StepFailed) throw error;
		throw new StepFailed(
			{
				code: 'way_back_failed',
				message: `This run's own backup could not be restored: ${error instanceof Error ? error.message : String(error)}`,
				instead:
					'Nothing was changed. The way back must work before anything is applied: see what the restore login lacks, then execute again.',
			},
			{ cause: error },
		);
	}
	return {
		summary: `restored beside and compared: fingerprint and ${backup.census.tables.length} row counts equal${kept ? '; kept until the run is over' : ''}`,
		evidence: { fingerprint: backup.fingerprint, tables: backup.census.tables.length, kept },
		value: kept,
	};
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
	backup: ProvenBackup & { catalog: CatalogEntry[] },
	restored: { catalog: CatalogEntry[]; census: Census },
	what: 'restored backup' | 'standby copy',
): void {
	const rows = diffCensus(backup.census, restored.census);
	if (fingerprintOf(restored.catalog) === backup.fingerprint && rows.length === 0) return;
	const { added, removed, changed } = diffCatalogs(backup.catalog, restored.catalog);
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
