import { log } from '#lib/log.ts';
import { LostOwnership } from '#lib/run/owner/journal.ts';
import { type LookInput, lookAtRun } from './look-at-run.ts';
import { watchAfterwards } from './watch-afterwards.ts';

/** What a worker does with a run: goes on with it as far as it goes, and then watches the target for a while. `signal` ends both. */
export async function workOnRun(input: LookInput): Promise<void> {
	const looked = await lookAtRun(input);
	const { signal } = input;
	if (!looked || signal.aborted) return;
	watchAfterwards({ ...input, ...looked }).catch((error: Error) => {
		// The run is decided, or has another owner. What is not seen any more is not in the charts.
		if (!(error instanceof LostOwnership) && !signal.aborted) log.warn({ runId: input.runId, error }, 'watching after the run ended early');
	});
}
