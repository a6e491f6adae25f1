import { log } from '#lib/log.ts';
/** Runs on different targets go on in parallel. */
export const RUNS_AT_ONCE = 2;

/** The pause after a failed attempt; it doubles with each failure in a row. */
const FIRST_PAUSE_MS = 3_000;
const LONGEST_PAUSE_MS = 60_000;

type Failed = { error: Error; times: number; notBefore: number };

export type RunsInHand = {
	/** Continues a run now, unless it is already in hand, there are enough, or it has just failed. Never throws. */
	take: (runId: string) => void;
	/** Resolves when no run is in hand. */
	settled: () => Promise<void>;
};

/**
 * The runs that this worker works on, whether from a job or without an owner: one limit for both. A failure is reported
 * and tried again, less and less often; its error is passed to the next attempt.
 */
export function makeRunsInHand({
	work,
	tell,
}: {
	work: (runId: string, lastError: Error | undefined) => Promise<void>;
	tell: (runId: string, error: Error) => Promise<void>;
}): RunsInHand {
	const inHand = new Map<string, Promise<void>>();
	const failed = new Map<string, Failed>();
	const goOn = async (runId: string) => {
		try {
			await work(runId, failed.get(runId)?.error);
			failed.delete(runId);
		} catch (thrown) {
			const error = thrown as Error;
			const times = (failed.get(runId)?.times ?? 0) + 1;
			failed.set(runId, { error, times, notBefore: performance.now() + pauseAfter(times) });
			log.error({ runId, error }, 'a run could not continue');
			await tell(runId, error).catch((second: Error) => log.error({ runId, error: second }, 'a stalled run could not be reported'));
		} finally {
			inHand.delete(runId);
		}
	};
	return {
		take: (runId) => {
			if (inHand.has(runId) || inHand.size >= RUNS_AT_ONCE) return;
			if (performance.now() < (failed.get(runId)?.notBefore ?? 0)) return;
			inHand.set(runId, goOn(runId));
		},
		settled: async () => {
			await Promise.all(inHand.values());
		},
	};
}

function pauseAfter(times: number): number {
	return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (times - 1));
}
