import type { FiledBundle } from '#lib/change/request-input.ts';
import type { Target } from '#lib/domain/target.ts';
import { enqueueWith } from '#lib/store/queue.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { startWorker } from '#lib/worker/worker.ts';
import { openThrowawayQueue, type ThrowawayConsole } from '#scripts/throwaway/console.ts';
import type { Report } from './report.ts';
import { takeChangeThrough } from './take-change-through.ts';

type Walk = {
	console: ThrowawayConsole;
	target: Target;
	bundle: FiledBundle;
	say: (text: string) => void;
	onStarted: (runId: string) => void;
};

/** Takes the bundle from filing to outcome, with a worker in this process. */
export async function walk({ console, target, bundle, say, onStarted }: Walk): Promise<Report> {
	const targets: Targets = { byName: new Map([[target.name, target]]), digest: 'walkthrough' };
	const boss = await openThrowawayQueue(console);
	try {
		const worker = await startWorker({ boss, store: console.store, targets });
		try {
			return await takeChangeThrough({ console, targets, target, bundle, enqueue: enqueueWith(boss), say, onStarted });
		} finally {
			await worker.stop();
		}
	} finally {
		await boss.stop({ graceful: true, timeout: 5_000 });
	}
}
