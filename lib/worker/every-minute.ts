import { log } from '#lib/log.ts';
import { askResponders } from '#lib/notify/ask-responders.ts';
import { dropOldDeliveries } from '#lib/notify/drop-old-deliveries.ts';
import { warnOfExpiry } from '#lib/notify/warn-of-expiry.ts';
import { startArmed } from '#lib/run/worker/start-armed.ts';
import { expireChanges } from '#lib/signatures/expire-changes.ts';
import type { Store } from '#lib/store/client.ts';
import type { EnqueueRun } from '#lib/store/queue.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

/** What time brings about, and no person. Each can be done twice; one that fails keeps no other from being done. */
export async function lookEveryMinute({ store, targets, enqueue }: { store: Store; targets: Targets; enqueue: EnqueueRun }): Promise<void> {
	const now = new Date();
	const works = [
		() => expireChanges(store),
		() => startArmed({ store, targets, enqueue }),
		() => warnOfExpiry({ store, now }),
		() => askResponders({ store, targets, now }),
		() => dropOldDeliveries({ store, now }),
	];
	for (const work of works) await work().catch((error: Error) => log.error({ error }, 'what is due every minute was not done'));
}
