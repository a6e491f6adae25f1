import type { ProvenBackup } from '#lib/gates/backup.ts';
import type { ProvenCopy } from '#lib/gates/proven-copy.ts';
import type { RestoredPrints, WayBack } from '#lib/gates/way-back.ts';
import { CATALOG_WITHIN_MS, fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import type { Door } from '#lib/postgres/sessions/closed-door.ts';
import type { Store } from '#lib/store/client.ts';
import { LostOwnership, updateOwnRun } from './journal.ts';
import type { OpenRun } from './open-run.ts';

/** What a restore must know about this run, perhaps in another process: stored with the run. */
export type KeptBackup = ProvenBackup & {
	/** A database beside the live one that was compared with the backup's snapshot and closed: a restore only swaps it in. */
	replacement: string | null;
	/** What that database was when it was proved; null where there is none, or an older version proved it. */
	proven: ProvenCopy | null;
	/** The fingerprint of the restored dump; null until that was tried. */
	restored: RestoredPrints | null;
	/** The door behind which the database was proved that is being swapped in: see `keepDoorAtSwap`. */
	doorAtSwap: Door | null;
	/** Roles that a restore had to make again. */
	rolesMade: string[];
};

/** Stores the proven backup: the only way back that the run promises before BEGIN. */
export async function keepBackup(run: OpenRun, backup: ProvenBackup): Promise<void> {
	const {
		folder,
		bytes,
		databaseBytes,
		sha256,
		ms,
		server,
		completedAt,
		fingerprint,
		databaseFingerprint,
		census,
		sequences,
		counters,
		roles,
		properties,
		recoveryPoint,
	} = backup;
	const kept: KeptBackup = {
		folder,
		bytes,
		databaseBytes,
		sha256,
		...(ms === undefined ? {} : { ms }),
		...(server ? { server } : {}),
		completedAt,
		fingerprint,
		databaseFingerprint,
		census,
		sequences,
		counters,
		roles,
		properties,
		recoveryPoint,
		replacement: null,
		proven: null,
		restored: null,
		doorAtSwap: null,
		rolesMade: [],
	};
	await updateOwnRun(run.store, run, { backup: kept });
}

/** Stores which database a restore swaps in, the scratch restore or the standby copy, and what it was when it was proved. */
export function keepReplacement(run: OpenRun, { kept, proven }: Pick<WayBack, 'kept' | 'proven'>): Promise<void> {
	return keepBeside(run, { replacement: kept, proven });
}

/** Stores the results of trying the way back. */
export function keepWayBack(run: OpenRun, { kept, proven, restored }: WayBack): Promise<void> {
	return keepBeside(run, { replacement: kept, proven, restored });
}

/**
 * Right before a swap: whoever finds it interrupted finishes it only while the replacement is behind this door. Null where a crash of the server
 * can change what is behind a closed door, as it empties unlogged tables.
 */
export function keepDoorAtSwap(run: OpenRun, doorAtSwap: Door | null): Promise<void> {
	return keepBeside(run, { doorAtSwap });
}

/** Keeps which roles a restore had to make again: whoever ends the run says so. */
export function keepRolesMade(run: OpenRun, rolesMade: string[]): Promise<void> {
	return keepBeside(run, { rolesMade });
}

/** Stores the target's present catalog fingerprint, after the change or its restore, and returns it. */
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

/** The backup of this run; null when it took none. */
export async function readKeptBackup(run: Pick<OpenRun, 'store' | 'runId'>): Promise<KeptBackup | null> {
	const { backup } = await run.store.run.findUniqueOrThrow({ where: { id: run.runId }, select: { backup: true } });
	return backup as KeptBackup | null;
}

/** Where the newest dump of another run on this target is; null when there is none. */
export async function readLastDump(store: Store, { target, exceptRun }: { target: string; exceptRun: string }): Promise<string | null> {
	const [row] = await store.$queryRaw<{ folder: string }[]>`
		select backup->>'folder' as folder from run
		where target = ${target} and id <> ${exceptRun}::uuid and backup is not null order by backup->>'completedAt' desc limit 1`;
	return row?.folder ?? null;
}
