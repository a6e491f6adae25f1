import type { Actor } from '#lib/access/actor.ts';
import { mayReadDeliveries } from '#lib/access/policy.ts';
import { asResult, Refusal, type Result } from '#lib/errors.ts';
import type { Store } from '#lib/store/client.ts';

/** An administrator has what was given up tried again from the beginning, such as when the mail server is back. Returns how many there are. */
export function sendAgain({ store, actor }: { store: Store; actor: Actor }): Promise<Result<number>> {
	return asResult(async () => {
		const allowed = mayReadDeliveries(actor);
		if (allowed !== true) throw new Refusal('forbidden', allowed);
		const { count } = await store.delivery.updateMany({
			where: { state: 'failed' },
			data: { state: 'waiting', attempts: 0, nextAt: new Date(), endedAt: null },
		});
		return count;
	});
}
