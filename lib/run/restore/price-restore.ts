import type { RestorePrice } from '#lib/domain/run.ts';
import { answerWithin, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { settleWriteCounters, writesBetween } from '#lib/postgres/sessions/write-counters.ts';
import type { KeptBackup } from '#lib/run/owner/keep-facts.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';

/** What a restore would lose now: rows that others wrote since the backup, per table. What the change wrote itself is not counted. */
export async function priceRestore({ target, runId }: Pick<OpenRun, 'target' | 'runId'>, backup: KeptBackup): Promise<RestorePrice> {
	const place = { target, login: 'backup', applicationName: `countersign price ${runId}`, signal: answerWithin() } as const;
	return withTarget(place, (client) => priceOn(client, backup));
}

/** The same on a connection that is already there. */
export async function priceOn(client: TargetClient, backup: KeptBackup): Promise<RestorePrice> {
	const { settled, ...counters } = await settleWriteCounters(client, backup.counters);
	if (!settled) throw new Error('other sessions stay busy in the target, so that it cannot be told what they wrote');
	const tables = writesBetween(backup.counters, counters, backup.ownWrites ?? []);
	const rows = tables.reduce((sum, t) => sum + t.inserted + t.updated + t.deleted, 0);
	return { tables, rows, measuredAt: new Date().toISOString() };
}
