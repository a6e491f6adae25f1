import { log } from '#lib/log.ts';
import { findOrphanedRuns } from '#lib/run/owner/own-run.ts';
import type { Store } from '#lib/store/client.ts';

/** With the lease this makes a takeover within 20 s of the owner's death (30 s is promised). */
const LOOK_EVERY_MS = 3_000;

export type TakeOverInput = { store: Store; take: (runId: string) => void; signal: AbortSignal };

/** Looks for runs without an owner, at once and then every few seconds, until it is stopped. It needs no job, because jobs can be lost too. */
export function takeOverOrphans({ store, take, signal }: TakeOverInput): void {
	const look = async () => {
		for (const runId of await findOrphanedRuns(store)) if (!signal.aborted) take(runId);
	};
	const lookSafely = () => look().catch((error: Error) => log.error({ error }, 'could not look for orphaned runs'));
	const timer = setInterval(lookSafely, LOOK_EVERY_MS);
	signal.addEventListener('abort', () => clearInterval(timer), { once: true });
	void lookSafely();
}
