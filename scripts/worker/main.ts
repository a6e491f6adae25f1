// The worker alone, for a machine of its own: the web processes then run with COUNTERSIGN_WORKER=separate.
import { env } from '#lib/env.ts';
import { roadsOf } from '#lib/notify/roads.ts';
import { openStore } from '#lib/store/client.ts';
import { openQueue } from '#lib/store/queue.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { startWorker } from '#lib/worker/worker.ts';

const store = openStore(env().COUNTERSIGN_DATABASE_URL);
const boss = await openQueue(env().COUNTERSIGN_DATABASE_URL);
const worker = await startWorker({ boss, store, targets: targets(), roads: roadsOf(env()) });
console.log('The worker is waiting for runs.');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, async () => {
		await worker.stop();
		await store.$disconnect();
		// What is left waits for lines that may be silent, and nothing depends on it.
		process.exit(0);
	});
}
