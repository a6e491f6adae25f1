import type { PgBoss } from 'pg-boss';
import { env } from '#lib/env.ts';
import { store } from '#lib/store/client.ts';
import { type EnqueueRun, enqueueWith, openQueue } from '#lib/store/queue.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { startWorker } from './worker.ts';

/** One queue a process, although pages, handlers and instrumentation are bundled apart. */
const held = globalThis as { countersignQueue?: Promise<PgBoss> };

/** Starts what a web process needs beside its pages: the queue and, unless the worker runs alone, the worker. Throws when it cannot. */
export async function startConsole(): Promise<void> {
	await queue();
}

/** How the web process puts a run into the queue. */
export async function webQueue(): Promise<EnqueueRun> {
	return enqueueWith(await queue());
}

function queue(): Promise<PgBoss> {
	held.countersignQueue ??= open();
	return held.countersignQueue;
}

async function open(): Promise<PgBoss> {
	const boss = await openQueue(env().COUNTERSIGN_DATABASE_URL);
	if (env().COUNTERSIGN_WORKER === 'in-web') await startWorker({ boss, store: store(), targets: targets() });
	return boss;
}
