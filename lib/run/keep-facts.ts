import type { ProvenBackup } from '#lib/gates/backup.ts';
import type { OwnWrites } from '#lib/postgres/write-counters.ts';
import { updateOwnRun } from './journal.ts';
import type { OpenRun } from './open-run.ts';

/** What a restore will need to know of this run, perhaps in another process: kept with the run. */
export type KeptBackup = ProvenBackup & { ownWrites: OwnWrites | null; standbyCopy: string | null };

/** Keeps the proven backup. Before BEGIN it is the only way back that the run promises. */
export async function keepBackup(run: OpenRun, backup: ProvenBackup): Promise<void> {
	const { folder, bytes, sha256, completedAt, fingerprint, databaseFingerprint, census, counters, recoveryPoint } = backup;
	const kept: KeptBackup = {
		folder,
		bytes,
		sha256,
		completedAt,
		fingerprint,
		databaseFingerprint,
		census,
		counters,
		recoveryPoint,
		ownWrites: null,
		standbyCopy: null,
	};
	await updateOwnRun(run.store, run, { backup: kept });
}

/** Keeps which rows the change itself wrote, right before COMMIT: the price of a restore counts only others'. */
export function keepOwnWrites(run: OpenRun, ownWrites: OwnWrites): Promise<void> {
	return keepBeside(run, { ownWrites });
}

/** Keeps the name of the standby copy, which a restore puts in the live database's place. */
export function keepStandbyCopy(run: OpenRun, standbyCopy: string): Promise<void> {
	return keepBeside(run, { standbyCopy });
}

async function keepBeside(run: OpenRun, facts: Partial<KeptBackup>): Promise<void> {
	const kept = await readKeptBackup(run);
	if (!kept) throw new Error('the run has kept no backup');
	await updateOwnRun(run.store, run, { backup: { ...kept, ...facts } });
}

/** The backup that this run kept; null when it took none. */
export async function readKeptBackup(run: Pick<OpenRun, 'store' | 'runId'>): Promise<KeptBackup | null> {
	const { backup } = await run.store.run.findUniqueOrThrow({ where: { id: run.runId }, select: { backup: true } });
	return backup as KeptBackup | null;
}
