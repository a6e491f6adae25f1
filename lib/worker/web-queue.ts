import type { PgBoss } from 'pg-boss';
import { env } from '#lib/env.ts';
import { log } from '#lib/log.ts';
import { roadsOf } from '#lib/notify/roads.ts';
import { store } from '#lib/store/client.ts';
import { type EnqueueRun, enqueueWith, openQueue, RUN_QUEUE } from '#lib/store/queue.ts';
import { endStreams } from '#lib/stream/end-streams.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { startWorker } from './worker.ts';

/** One queue per process, although pages, handlers and instrumentation are bundled separately. */
const held = globalThis as { countersignQueue?: Promise<PgBoss> };

/** Starts what a web process needs besides its pages: the queue and, unless the worker is separate, the worker. Throws when it cannot. */
export async function startConsole(): Promise<void> {
	await queue();
}

/** How many jobs are waiting and how many are in progress. Throws when the queue does not answer. */
export async function queueDepth(): Promise<{ waiting: number; active: number }> {
	const found = await (await queue()).getQueue(RUN_QUEUE);
	if (!found) throw new Error('the queue of runs does not exist');
	return { waiting: found.queuedCount, active: found.activeCount };
}

/** Puts a run into the queue, from the web process. */
export async function webQueue(): Promise<EnqueueRun> {
	return enqueueWith(await queue());
}

function queue(): Promise<PgBoss> {
	held.countersignQueue ??= open();
	return held.countersignQueue;
}

async function open(): Promise<PgBoss> {
	const boss = await openQueue(env().COUNTERSIGN_DATABASE_URL);
	const worker =
		env().COUNTERSIGN_WORKER === 'in-web' ? await startWorker({ boss, store: store(), targets: targets(), roads: roadsOf(env()) }) : null;
	const letGo = async () => {
		log.info('the console is stopping');
		// A stream that stays open would keep the server from closing.
		endStreams();
		await worker?.stop();
	};
	for (const signal of ['SIGINT', 'SIGTERM'] as const) firstOn(signal, letGo);
	return boss;
}

/** Next ends the process as soon as its pages are closed: this delays that until the worker has released its runs. */
function firstOn(signal: NodeJS.Signals, work: () => Promise<void>): void {
	const others = process.listeners(signal);
	process.removeAllListeners(signal);
	process.once(signal, async () => {
		await work().catch((error: Error) => log.error({ error }, 'the worker did not stop cleanly'));
		if (others.length === 0) process.kill(process.pid, signal);
		for (const other of others) other(signal);
	});
}
