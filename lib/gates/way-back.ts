import type { JournalEvent } from '#lib/domain/run.ts';
import { restoreNames, scratchName } from '#lib/domain/target/database-names.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import { verifyDump } from '#lib/postgres/backup/prove-dump.ts';
import { dropDatabase, restoreDatabase } from '#lib/postgres/backup/restore-database.ts';
import type { RestoreProgress } from '#lib/postgres/backup/restore-progress.ts';
import { asRestored, definitionsOf, printedOtherwise } from '#lib/postgres/catalog/as-restored.ts';
import { type Census, diffCensus, type SequenceCensus } from '#lib/postgres/catalog/census.ts';
import { type CatalogEntry, databaseFingerprintOf, diffCatalogs, fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { withoutAcceptedRows } from './accepted-rows.ts';
import type { ProvenBackup } from './backup.ts';
import { type GateContext, type Passed, StepFailed } from './gate.ts';
import { lookAtCopy, type ProvenCopy, provenAs, type SeenCopy } from './proven-copy.ts';
import type { Rehearsed } from './rehearsed.ts';

export type TakenBackup = Omit<ProvenBackup, 'recoveryPoint'> & { catalog: CatalogEntry[] };

/** What the catalog's fingerprints must be once the dump has been restored: an expression may be printed otherwise then. */
export type RestoredPrints = { fingerprint: string; databaseFingerprint: string };

export type WayBack = {
	/** A database that a restore has only to put in place; null when it is made from the dump. */
	kept: string | null;
	/** What that database was then. */
	proven: ProvenCopy | null;
	restored: RestoredPrints;
};

/**
 * "Rollback plan tested": this run's own backup is restored into a scratch database, and its catalog and row counts must equal those of
 * the snapshot that it was taken from. It is closed and stays until the run is over: a restore has only to put it in place; not where a
 * standby copy will be made for that. Where a rehearsal has shown it, or the target accepts the DBA's signed attestation instead, the definitions
 * alone are restored and compared: that a restore is possible is proved all the same. Where the change drops roles nothing is kept either: a role
 * that a database names, that one too, cannot be dropped.
 */
export async function proveWayBack(
	context: GateContext,
	backup: TakenBackup,
	{ dropsRoles, rehearsed }: { dropsRoles: boolean; rehearsed: Rehearsed | null },
): Promise<Passed<WayBack>> {
	const { target, runId, plan, tell } = context;
	const scratch = scratchName(runId);
	const inFull = target.wayBack === 'scratch_restore';
	const kept = !inFull || plan.manifest.standbyCopy || dropsRoles ? null : scratch;
	const prove = inFull ? restoreEverything : restoreDefinitions;
	const { restored, seen } = await prove(context, backup, scratch)
		.then(async (proved) => {
			if (!kept) await dropDatabase({ target, database: scratch });
			return proved;
		})
		.catch(async (error) => {
			await dropDatabase({ target, database: scratch }).catch((second: Error) =>
				tell({ phase: 'notice', data: { severity: 'WARNING', message: `${scratch} is left over: ${second.message}` } }),
			);
			throw asFailure(error);
		});
	const value: WayBack = { kept, proven: kept && seen ? provenAs(seen) : null, restored };
	if (!inFull) {
		const shown = shownBefore(context, rehearsed);
		return {
			summary: `${shown.words}, definitions were restored and compared, rows were not`,
			evidence: { ...shown.evidence, ...restored },
			value,
		};
	}
	return {
		summary: `restored beside and compared: fingerprint and ${backup.census.tables.length} row counts equal${kept ? '; kept until the run is over' : ''}`,
		evidence: { ...restored, tables: backup.census.tables.length, kept },
		value,
	};
}

/** What was shown of the way back before this run began. */
function shownBefore({ target, plan }: GateContext, rehearsed: Rehearsed | null): { words: string; evidence: Record<string, unknown> } {
	if (target.wayBack === 'attestation') {
		const dba = plan.signers.find((signer) => signer.seat === 'dba');
		return { words: `attested by ${dba?.name ?? 'the DBA'} in the signed statement; of the backup`, evidence: { attested: true } };
	}
	if (!rehearsed) throw new Error('no rehearsal was read that shows the way back');
	const { endedAt, report, backup } = rehearsed;
	return {
		words: `rehearsed until ${instantWords(endedAt)} (report ${report.slice(0, 8)}…): the backup of ${instantWords(backup.takenAt)} was restored in full twice, and compared; of this run’s backup`,
		evidence: { rehearsed },
	};
}

type Proved = { restored: RestoredPrints; seen: SeenCopy | null };

/**
 * Restores a dump into a new database and compares it with the snapshot that it was taken of. The database is closed afterwards, and stays, also
 * on failure. `compared`: which entries of the two catalogs; all, unless it is on another server.
 */
export async function restoreEverything(
	context: GateContext,
	backup: TakenBackup,
	scratch: string,
	compared = (catalog: CatalogEntry[]): CatalogEntry[] => catalog,
): Promise<Proved> {
	await verifyDump(backup);
	await restoreDatabase({
		...restoring(context, backup),
		intoDatabase: scratch,
		what: 'everything',
		onProgress: (progress) => context.tell(restoreProgress(progress)),
	});
	context.tell({ phase: 'progress', data: { summary: 'comparing it with the backup’s snapshot' } });
	const seen = await lookAtCopy(context, scratch);
	const expected = await expectedAfterRestore(context, backup, seen.catalog);
	const sequences = sequencesOf(backup, seen.census);
	const { plan } = context;
	const was = { catalog: compared(expected), census: withoutAcceptedRows(plan, { ...backup.census, sequences }) };
	assertEqual(was, { catalog: compared(seen.catalog), census: withoutAcceptedRows(plan, seen.census) }, 'restored backup');
	return { restored: printsOf(expected), seen };
}

/**
 * Sequences are in no snapshot: of one that moved while the dump was made, the dump may hold any value in between. (A run finds at its
 * quiescence that it moved; while people use the database it always may.)
 */
function sequencesOf({ census, sequences: began }: TakenBackup, restored: Census): Census['sequences'] {
	const beganAt = new Map(began.map((one) => [one.sequence, one]));
	const restoredAt = new Map(restored.sequences.map((one) => [one.sequence, one]));
	return census.sequences.map((ended) => {
		const [first, now] = [beganAt.get(ended.sequence), restoredAt.get(ended.sequence)];
		return first && now && isBetween(now, first, ended) ? now : ended;
	});
}

/** Up or down, whichever way it counts. */
function isBetween(value: SequenceCensus, one: SequenceCensus, other: SequenceCensus): boolean {
	const [at, a, b] = [value, one, other].map(({ lastValue }) => BigInt(lastValue)) as [bigint, bigint, bigint];
	if (a === b) return at === a && [one.isCalled, other.isCalled].includes(value.isCalled);
	return a < b ? a <= at && at <= b : b <= at && at <= a;
}

async function restoreDefinitions(context: GateContext, backup: TakenBackup, scratch: string): Promise<Proved> {
	context.tell({ phase: 'progress', data: { summary: 'restoring the definitions, to see that a restore is possible' } });
	await restoreDatabase({ ...restoring(context, backup), intoDatabase: scratch, what: 'definitions' });
	const catalog = await readCatalogOf(context, scratch);
	const expected = await expectedAfterRestore(context, backup, catalog);
	const nothing: Census = { tables: [], beside: [], sequences: [], snapshot: '' };
	assertEqual({ catalog: definitionsOf(expected), census: nothing }, { catalog, census: nothing }, 'restored backup');
	return { restored: printsOf(expected), seen: null };
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

function restoring({ target, runId, signal }: GateContext, { folder }: TakenBackup) {
	return { target, dumpFolder: folder, applicationName: `countersign restore ${runId}`, jobs: target.backup.jobs, signal };
}

function readCatalogOf({ target, runId, signal }: GateContext, database: string): Promise<CatalogEntry[]> {
	return withTarget({ target, login: 'backup', database, applicationName: `countersign compare ${runId}`, signal }, readCatalog);
}

function printsOf(catalog: CatalogEntry[]): RestoredPrints {
	return { fingerprint: fingerprintOf(catalog), databaseFingerprint: databaseFingerprintOf(catalog) };
}

/** What people read when the dump could not be restored. */
export function asFailure(error: unknown): StepFailed {
	if (error instanceof StepFailed) return error;
	return new StepFailed(
		{
			code: 'way_back_failed',
			message: `This run's own backup could not be restored: ${error instanceof Error ? error.message : String(error)}`,
			instead:
				'Nothing was changed. The way back must work before anything is applied. Correct what the error names, or see what the restore login lacks, then execute again. Nothing is in the search_path of a restore: a function that names things without their schema needs one of its own, by ALTER FUNCTION … SET search_path.',
		},
		{ cause: error },
	);
}

/** How far a restore is, as the page shows it: short, the time that is left must not be cut off. */
export function restoreProgress({ objects, done, total, remainingMs }: RestoreProgress): JournalEvent {
	const summary = `${objects.done} of ${objects.total} objects`;
	return { phase: 'progress', data: { summary, done, total, ...(remainingMs === null ? {} : { remainingMs }) } };
}

const BUILT_IN_CHANGED =
	'Functions, collations, text search or comments that PostgreSQL itself made were altered, and no dump holds that: undo it, then file the change again.';
const NOT_AS_IT_WAS =
	'What is named does not come back as it was: make it anew by hand as a restore makes it, or drop it, then file the change again. Where the restore login is no superuser, try one that is.';

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
		instead: `Nothing was changed. ${[...added, ...removed, ...changed].some(({ kind }) => kind === 'built-in') ? BUILT_IN_CHANGED : NOT_AS_IT_WAS}`,
	});
}
