import type { Store } from '#lib/store/client.ts';

const KEPT_MS = 90 * 86_400_000;

/** Removes deliveries that came to their end 90 days ago. What they told stays in the record. */
export async function dropOldDeliveries({ store, now }: { store: Store; now: Date }): Promise<void> {
	await store.delivery.deleteMany({ where: { state: { in: ['sent', 'failed'] }, endedAt: { lt: new Date(now.getTime() - KEPT_MS) } } });
}
