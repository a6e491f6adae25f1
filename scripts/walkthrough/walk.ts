import type { FiledBundle } from '#lib/change/request-input.ts';
import type { Target } from '#lib/domain/target/target.ts';
import type { Roads } from '#lib/notify/roads.ts';
import { enqueueWith } from '#lib/store/queue.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { startWorker } from '#lib/worker/worker.ts';
import { openThrowawayQueue, type ThrowawayConsole } from '#scripts/throwaway/console.ts';
import { leaveNothing } from './leave-nothing.ts';
import type { Report } from './report.ts';
import { takeChangeThrough } from './take-change-through.ts';

type Walk = {
	console: ThrowawayConsole;
	target: Target;
	bundle: FiledBundle;
	say: (text: string) => void;
	/** Rejects when the walkthrough is told to stop: the worker then lets go of the run, and what was not committed is rolled back. */
	stopped: Promise<never>;
	onStarted: (runId: string) => void;
};

/** There is nobody to tell: the people of a walkthrough are made for it. */
const NOBODY_IS_TOLD: Roads = { siteUrl: 'http://localhost', mail: null, chat: null, webhook: null };

/** Takes the bundle from filing to outcome, with a worker in this process. */
export async function walk({ console, target, bundle, say, stopped, onStarted }: Walk): Promise<Report> {
	const targets: Targets = { byName: new Map([[target.name, target]]), digest: 'walkthrough' };
	const boss = await openThrowawayQueue(console);
	let started: string | null = null;
	const noteStarted = (runId: string) => {
		started = runId;
		onStarted(runId);
	};
	let isStopped = false;
	stopped.catch(() => {
		isStopped = true;
	});
	try {
		const worker = await startWorker({ boss, store: console.store, targets, roads: NOBODY_IS_TOLD });
		try {
			const through = takeChangeThrough({ console, targets, target, bundle, enqueue: enqueueWith(boss), say, onStarted: noteStarted });
			return await Promise.race([through, stopped]);
		} finally {
			await worker.stop();
			if (isStopped && started !== null) await leaveNothing({ store: console.store, targets, target, runId: started });
		}
	} finally {
		await boss.stop({ graceful: true, timeout: 5_000 });
	}
}
