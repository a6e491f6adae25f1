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
	if (env().COUNTERSIGN_WORKER !== 'in-web') return boss;
	const worker = await startWorker({ boss, store: store(), targets: targets() });
	for (const signal of ['SIGINT', 'SIGTERM'] as const) firstOn(signal, worker.stop);
	return boss;
}

/** Next ends the process as soon as its pages are closed: what it does on that signal waits until the worker has let go of its runs. */
function firstOn(signal: NodeJS.Signals, work: () => Promise<void>): void {
	const others = process.listeners(signal);
	process.removeAllListeners(signal);
	process.once(signal, async () => {
		await work().catch((error: Error) => console.error('stopping the worker:', error.message));
		if (others.length === 0) process.kill(process.pid, signal);
		for (const other of others) other(signal);
	});
}
