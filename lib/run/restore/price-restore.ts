import { allOrFirstError } from '#lib/all-or-first-error.ts';
import type { KnownPrice, RestorePrice } from '#lib/domain/restore-price.ts';
import { readSequences, takeCensus, takeCensusOn } from '#lib/postgres/catalog/census.ts';
import { readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { answerWithin, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { nobodyEndedBetween, readSnapshot, sequencesMoved } from '#lib/postgres/sessions/changed-since.ts';
import { settleWriteCounters } from '#lib/postgres/sessions/write-counters.ts';
import { redact } from '#lib/redact.ts';
import type { KeptBackup } from '#lib/run/owner/keep-facts.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { priceBetween, unknownPrice } from './compare-price.ts';
import { type Look, lookAfterCommit } from './look-after-commit.ts';

type Place = Pick<OpenRun, 'store' | 'target' | 'runId'>;

/** Every row is counted again. */
const PRICE_WITHIN_MS = 600_000;

type Pricing = { backup: KeptBackup; signal?: AbortSignal; withinMs?: number };

/** What a restore would lose now: all that others did since the backup. Never throws: what cannot be measured is unknown, and says why. */
export async function priceRestore(place: Place, { backup, signal, withinMs = PRICE_WITHIN_MS }: Pricing): Promise<RestorePrice> {
	const within = answerWithin(withinMs);
	try {
		return await measure(place, signal ? AbortSignal.any([signal, within]) : within);
	} catch (error) {
		return unknownPrice(backup.completedAt, redact(error instanceof Error ? error.message : String(error)));
	}
}

async function measure(place: Place, signal: AbortSignal): Promise<KnownPrice> {
	const { target, runId } = place;
	// A target that does not answer says nothing about how much there is to count.
	await withTarget({ target, login: 'backup', applicationName: `countersign price ${runId}`, signal: answerWithin() }, readSnapshot);
	const look = await lookAfterCommit(place, signal);
	const at = { target, login: 'backup', applicationName: `countersign price ${runId}`, signal } as const;
	return withTarget(at, async (client) => {
		const snapshot = await readSnapshot(client);
		const [catalog, census] = await allOrFirstError([readCatalog(client), takeCensus({ ...at, jobs: target.backup.jobs })]);
		const { settled, ...counters } = await settleWriteCounters(client, look.counters);
		return priceBetween(look, { catalog, census, counters, settled, snapshot });
	});
}

/** The same on a connection that is already there. Where no transaction has ended since `last`, it is the same price. Throws when it cannot be measured. */
export async function priceOn(client: TargetClient, look: Look, last: RestorePrice | null = null): Promise<KnownPrice> {
	const snapshot = await readSnapshot(client);
	if (last?.known && last.snapshot !== '' && nobodyEndedBetween(last.snapshot, snapshot)) {
		const moved = sequencesMoved(look.census, { sequences: await readSequences(client) });
		if (moved.join() === last.sequences.join()) return { ...last, measuredAt: new Date().toISOString(), snapshot };
	}
	const catalog = await readCatalog(client);
	const census = await takeCensusOn(client);
	const { settled, ...counters } = await settleWriteCounters(client, look.counters);
	return priceBetween(look, { catalog, census, counters, settled, snapshot });
}
