import type { KnownPrice, RestorePrice } from '#lib/domain/restore-price.ts';
import { lossWords } from '#lib/domain/wording/price-words.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { updateOwnRun } from '#lib/run/owner/journal.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { unknownPrice } from './compare-price.ts';
import { lookAfterCommit } from './look-after-commit.ts';
import { priceOn, priceRestore } from './price-restore.ts';
import type { RestoreOrder } from './restore-order.ts';

/**
 * Counts before the live database is closed, so that little is left to do when it is. What comes back measures the price when nobody can
 * write any more, keeps it, and throws `price_changed` where it is not the one that people confirmed. A price that they confirmed as unknown is compared with nothing.
 */
export async function readyToPrice(run: OpenRun, order: RestoreOrder): Promise<(client: TargetClient) => Promise<RestorePrice>> {
	const { backup, confirmed } = order;
	if (confirmed?.known === false) return async () => keepPrice(run, unknownPrice(backup.completedAt, confirmed.why));
	run.journal.tell('restore', { phase: 'progress', data: { summary: 'looking at what would be lost' } });
	const look = await lookAfterCommit(run, run.signal);
	const last = await priceRestore(run, { backup, signal: run.signal });
	return async (client) => {
		const price = await keepPrice(run, await priceOn(client, look, last));
		refuseOther(price, confirmed);
		return price;
	};
}

async function keepPrice<T extends RestorePrice>(run: OpenRun, price: T): Promise<T> {
	await updateOwnRun(run.store, run, { price });
	return price;
}

/** Where the signed plan says automatic, no price was set. */
function refuseOther(price: KnownPrice, confirmed: KnownPrice | null): void {
	if (confirmed === null || price.digest === confirmed.digest) return;
	throw new StepFailed({
		code: 'price_changed',
		message: `A restore would now lose ${lossWords(price)}; confirmed was: ${lossWords(confirmed)}.`,
		instead: 'The live database is untouched. Find out who did it, or confirm the restore again at the new price.',
	});
}
