import { log } from '#lib/log.ts';
import { LostOwnership } from '#lib/run/owner/journal.ts';
import { type LookInput, lookAtRun } from './look-at-run.ts';
import { watchAfterwards } from './watch-afterwards.ts';

/** A worker's work on a run: continues it as far as possible, and then watches the target for a while. `signal` ends both. */
export async function workOnRun(input: LookInput): Promise<void> {
	const looked = await lookAtRun(input);
	const { signal } = input;
	if (!looked || signal.aborted) return;
	watchAfterwards({ ...input, ...looked }).catch((error: Error) => {
		// The run is decided, or has another owner. The charts simply end here.
		if (!(error instanceof LostOwnership) && !signal.aborted) log.warn({ runId: input.runId, error }, 'watching after the run ended early');
	});
}
