import type { ProvenBackup } from '#lib/gates/backup.ts';
import type { RestoredPrints, WayBack } from '#lib/gates/way-back.ts';
import { CATALOG_WITHIN_MS, fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import type { OwnWrites } from '#lib/postgres/sessions/write-counters.ts';
import type { Store } from '#lib/store/client.ts';
import { LostOwnership, updateOwnRun } from './journal.ts';
import type { OpenRun } from './open-run.ts';

/** What a restore will need to know of this run, perhaps in another process: kept with the run. */
export type KeptBackup = ProvenBackup & {
	ownWrites: OwnWrites | null;
	/** A database beside the live one that was compared with the backup's snapshot and closed: a restore needs only to put it in place. */
	replacement: string | null;
	/** What the dump looks like once it is restored; null until that was tried. */
	restored: RestoredPrints | null;
};

/** Keeps the proven backup. Before BEGIN it is the only way back that the run promises. */
export async function keepBackup(run: OpenRun, backup: ProvenBackup): Promise<void> {
	const { folder, bytes, sha256, completedAt, fingerprint, databaseFingerprint, census, sequences, counters, recoveryPoint } = backup;
	const kept: KeptBackup = {
		folder,
		bytes,
		sha256,
		completedAt,
		fingerprint,
		databaseFingerprint,
		census,
		sequences,
		counters,
		recoveryPoint,
		ownWrites: null,
		replacement: null,
		restored: null,
	};
	await updateOwnRun(run.store, run, { backup: kept });
}

/** Keeps which rows the change itself wrote, right before COMMIT: the price of a restore counts only others'. */
export function keepOwnWrites(run: OpenRun, ownWrites: OwnWrites): Promise<void> {
	return keepBeside(run, { ownWrites });
}

/** Keeps the name of the database that a restore puts in the live one's place: the scratch restore, or the standby copy. */
export function keepReplacement(run: OpenRun, replacement: string | null): Promise<void> {
	return keepBeside(run, { replacement });
}

/** Keeps what trying the way back has shown. */
export function keepWayBack(run: OpenRun, { kept, restored }: WayBack): Promise<void> {
	return keepBeside(run, { replacement: kept, restored });
}

/** Keeps what the target's catalog looks like now, after the change or its restore, and returns that fingerprint. */
export async function keepFingerprintAfter(run: OpenRun): Promise<string> {
	const { target, runId } = run;
	const place = {
		target,
		login: 'backup',
		applicationName: `countersign after ${runId}`,
		signal: answerWithin(CATALOG_WITHIN_MS),
	} as const;
	const fingerprintAfter = await withTarget(place, async (client) => fingerprintOf(await readCatalog(client)));
	await updateOwnRun(run.store, run, { fingerprintAfter });
	return fingerprintAfter;
}

/** Without reading all of it: the census of a big database is long. */
async function keepBeside({ store, runId, fence }: OpenRun, facts: Partial<KeptBackup>): Promise<void> {
	const count = await store.$executeRaw`
		update run set backup = backup || ${JSON.stringify(facts)}::jsonb
		where id = ${runId}::uuid and fence = ${fence} and backup is not null`;
	if (count !== 1) throw new LostOwnership(runId);
}

/** The backup that this run kept; null when it took none. */
export async function readKeptBackup(run: Pick<OpenRun, 'store' | 'runId'>): Promise<KeptBackup | null> {
	const { backup } = await run.store.run.findUniqueOrThrow({ where: { id: run.runId }, select: { backup: true } });
	return backup as KeptBackup | null;
}

/** Where the newest dump is that another run on this target has kept; null when there is none. */
export async function readLastDump(store: Store, { target, exceptRun }: { target: string; exceptRun: string }): Promise<string | null> {
	const [row] = await store.$queryRaw<{ folder: string }[]>`
		select backup->>'folder' as folder from run
		where target = ${target} and id <> ${exceptRun}::uuid and backup is not null order by backup->>'completedAt' desc limit 1`;
	return row?.folder ?? null;
}
