import { join } from 'node:path';
import { allOrFirstError } from '#lib/all-or-first-error.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';
import { type DatabaseProperties, readDatabaseProperties } from '#lib/postgres/backup/database-properties.ts';
import { dumpDatabase, pruneDumps } from '#lib/postgres/backup/dump.ts';
import { type NeededRole, readNeededRoles } from '#lib/postgres/backup/needed-roles.ts';
import { beginProof } from '#lib/postgres/backup/prove-dump.ts';
import { makeRecoveryPoint, type RecoveryPoint } from '#lib/postgres/backup/recovery-point.ts';
import { type Census, readSequences, type SequenceCensus, takeCensus } from '#lib/postgres/catalog/census.ts';
import { readDatabaseBytes } from '#lib/postgres/catalog/database-bytes.ts';
import { type CatalogEntry, databaseFingerprintOf, fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { readUnknownOptions } from '#lib/postgres/catalog/server-options.ts';
import { readClock } from '#lib/postgres/connection/clock.ts';
import { closeTarget, connectTarget, type TargetClient } from '#lib/postgres/connection/connect.ts';
import { readServerIdentity, type ServerIdentity } from '#lib/postgres/connection/identity.ts';
import { readWriteCounters, type WriteCounters } from '#lib/postgres/sessions/write-counters.ts';
import { backupName } from './backup-name.ts';
import { type GateContext, type Passed, StepFailed } from './gate.ts';

/** A backup of this run, read in full, with the state of the database in the same snapshot. */
export type ProvenBackup = {
	folder: string;
	bytes: number;
	/** The database's size on its server then, to tell how long the next backup will take. */
	databaseBytes: number;
	sha256: string;
	/** How long it took, with its proof. Earlier versions did not keep this, nor the server. */
	ms?: number;
	/** Whose backup it is. */
	server?: ServerIdentity;
	/** The target's clock when the dump was complete; freshness counts from here. ISO 8601. */
	completedAt: string;
	fingerprint: string;
	/** Of what a restore can bring back, without the cluster's own objects. */
	databaseFingerprint: string;
	census: Census;
	/** Their values before the dump started, so that changes during the dump show. */
	sequences: SequenceCensus[];
	counters: WriteCounters;
	/** What a restore needs of the cluster. */
	roles: NeededRole[];
	properties: DatabaseProperties;
	recoveryPoint: RecoveryPoint | null;
};
/** The same, for the run that took it. */
export type SeenBackup = ProvenBackup & { catalog: CatalogEntry[] };

/**
 * Gate 1. pg_dump, the catalog and the row counts all use one snapshot; each file is hashed as soon as it is written; then the
 * whole dump is read while the archiver passes a restore point. Throws when any of these fails; a failed dump leaves no folder behind.
 */
export async function takeBackup(context: GateContext): Promise<Passed<SeenBackup>> {
	const { target, runId, signal } = context;
	const startedAt = performance.now();
	const folder = join(target.backup.folder, backupName(target.name, runId));
	const client = await connectTarget({ target, login: 'backup', applicationName: `countersign backup ${runId}`, signal });
	try {
		const proof = beginProof(folder);
		const seen = await dumpOneSnapshot(context, { client, folder, onFile: proof.take });
		const [{ sha256, bytes }, recoveryPoint] = await allOrFirstError([proof.finish(), recoveryPointOf(context)]);
		await pruneDumps({ folder: target.backup.folder, target: target.name, keep: target.backup.keep });
		const ms = Math.round(performance.now() - startedAt);
		const value = { folder, bytes, sha256, ms, ...seen, recoveryPoint };
		const archived = recoveryPoint ? `archived past ${recoveryPoint.lsn}` : 'no recovery point required';
		return {
			summary: `${formatBytes(bytes)} · read in full · ${sha256.slice(0, 8)}… · ${archived}`,
			evidence: { folder, bytes, sha256, ms, fingerprint: seen.fingerprint, recoveryPoint },
			value,
		};
	} catch (error) {
		throw new StepFailed(
			{
				code: 'backup_failed',
				message: `The backup failed: ${error instanceof Error ? error.message : String(error)}`,
				instead: 'Nothing was changed. Correct what pg_dump or the archiver reports, then execute again: a new run takes a new backup.',
			},
			{ cause: error },
		);
	} finally {
		await closeTarget(client);
	}
}

/** What the dump is of: the database in the snapshot that it was taken of. */
export type Seen = {
	server: ServerIdentity;
	databaseBytes: number;
	completedAt: string;
	fingerprint: string;
	databaseFingerprint: string;
	catalog: CatalogEntry[];
	census: Census;
	sequences: SequenceCensus[];
	counters: WriteCounters;
	roles: NeededRole[];
	properties: DatabaseProperties;
};

/** One exported snapshot for the dump, the census and the catalog, so that they agree. */
export async function dumpOneSnapshot(
	{ target, runId, tell, signal }: GateContext,
	{ client, folder, onFile }: { client: TargetClient; folder: string; onFile: (path: string) => void },
): Promise<Seen> {
	const sequences = await readSequences(client);
	await client.query('begin isolation level repeatable read read only');
	const { rows } = await client.query<{ snapshot: string }>('select pg_catalog.pg_export_snapshot() as snapshot');
	const snapshot = rows[0]?.snapshot as string;
	const onProgress = ({ bytes, perSecond }: { bytes: number; perSecond: number }) =>
		tell({ phase: 'progress', data: { summary: `${formatBytes(bytes)} written`, done: bytes, unit: 'bytes', perSecond } });
	const { jobs } = target.backup;
	const [warnings, census, catalog] = await allOrFirstError([
		dumpDatabase({ target, applicationName: `countersign dump ${runId}`, folder, jobs, snapshot, onProgress, onFile, signal }),
		takeCensus({ target, login: 'backup', applicationName: `countersign census ${runId}`, snapshot, jobs, signal }),
		readCatalog(client),
	]);
	for (const message of [...warnings, ...unknownOptions(await readUnknownOptions(client))])
		tell({ phase: 'notice', data: { severity: 'WARNING', message } });
	const roles = await readNeededRoles(client, target.connection.logins.restore.user);
	const properties = await readDatabaseProperties(client);
	const databaseBytes = await readDatabaseBytes(client);
	const server = await readServerIdentity(client);
	const completedAt = await readClock(client);
	await client.query('commit');
	// Nobody writes between the snapshot and here, or quiescence refuses. A session may report late what it wrote before the backup:
	// the price of a restore is then too high, never too low. To wait for that would be ten seconds of maintenance mode.
	const counters = await readWriteCounters(client);
	return {
		server,
		census,
		sequences,
		catalog,
		counters,
		roles,
		properties,
		databaseBytes,
		fingerprint: fingerprintOf(catalog),
		databaseFingerprint: databaseFingerprintOf(catalog),
		completedAt: completedAt.toISOString(),
	};
}

function unknownOptions(names: string[]): string[] {
	if (names.length === 0) return [];
	return [`this server has column options that the console does not know and does not compare: ${names.join(', ')}`];
}

async function recoveryPointOf({ target, runId, signal }: GateContext): Promise<RecoveryPoint | null> {
	if (target.recoveryPoint === 'not_required') return null;
	return makeRecoveryPoint({ target, name: `countersign ${runId}`, signal });
}
