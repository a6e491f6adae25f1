import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '#lib/log.ts';
import type { Store } from '#lib/store/client.ts';
import { assertMigrated } from '#lib/store/is-migrated.ts';

export type Readiness = { ready: boolean; reasons: string[] };

const ANSWER_MS = 5_000;

/** Whether this process can serve people now, and if not, why. The reasons contain no address and no secret. */
export async function readReadiness(ask: {
	store: Store;
	askQueue: () => Promise<unknown>;
	isListening: () => boolean;
	isDraining: () => boolean;
}): Promise<Readiness> {
	if (ask.isDraining()) return { ready: false, reasons: ['the process is stopping'] };
	const silent = await failing(() => ask.store.$queryRaw`select 1`, 'the console’s database does not answer');
	const reasons = [
		silent ?? (await failing(() => assertMigrated(ask.store), 'the console’s database is not migrated to this version')),
		await failing(ask.askQueue, 'the queue is not running'),
		ask.isListening() ? null : 'the process has lost its connection to the journal (LISTEN)',
	].filter((reason) => reason !== null);
	return { ready: reasons.length === 0, reasons };
}

/** The full error goes into the log. */
async function failing(work: () => Promise<unknown>, reason: string): Promise<string | null> {
	const late = new AbortController();
	try {
		await Promise.race([
			work(),
			sleep(ANSWER_MS, undefined, { signal: late.signal }).then(() => Promise.reject(new Error('no answer in time'))),
		]);
		return null;
	} catch (error) {
		log.warn({ error }, `not ready: ${reason}`);
		return reason;
	} finally {
		late.abort();
	}
}
