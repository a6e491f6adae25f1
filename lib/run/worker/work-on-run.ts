import { LostOwnership } from '#lib/run/owner/journal.ts';
import { type LookInput, lookAtRun } from './look-at-run.ts';
import { watchAfterwards } from './watch-afterwards.ts';

/** `signal` stops the run; `stopping` is the whole worker's, and ends the watching after the run too. */
export type WorkInput = LookInput & { stopping: AbortSignal };

/** What a worker does with a run: goes on with it as far as it goes, and then watches the target for a while. */
export async function workOnRun({ stopping, ...input }: WorkInput): Promise<void> {
	const looked = await lookAtRun(input);
	if (!looked || stopping.aborted) return;
	watchAfterwards({ ...input, ...looked, signal: stopping }).catch((error: Error) => {
		// The run is decided, or has another owner. What is not seen any more is not in the charts.
		if (!(error instanceof LostOwnership) && !stopping.aborted) console.error(`watching after run ${input.runId} ended:`, error.message);
	});
}
