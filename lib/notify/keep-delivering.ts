import { setTimeout as wait } from 'node:timers/promises';
import { DELIVERY_ROADS } from '#lib/domain/notice.ts';
import { log } from '#lib/log.ts';
import { type DeliverInput, deliverBy } from './deliver.ts';
import { fanOutAll } from './fan-out.ts';

/** How often the outbox and each road are looked at. */
const LOOK_EVERY_MS = 2_000;

/** Tells people what has happened until told to stop. Resolves when what was under way then is finished. */
export async function keepDelivering({ signal, ...input }: DeliverInput & { signal: AbortSignal }): Promise<void> {
	// Each by itself: a road that is slow holds up neither the others nor the outbox.
	const works = [() => fanOutAll(input), ...DELIVERY_ROADS.map((road) => () => deliverBy(road, input))];
	await Promise.all(works.map((work) => keepDoing(work, signal)));
}

async function keepDoing(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
	while (!signal.aborted) {
		await work().catch((error: Error) => log.error({ error }, 'notifications could not be processed'));
		await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
	}
}
