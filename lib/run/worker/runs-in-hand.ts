import { log } from '#lib/log.ts';
/** Runs on different targets go side by side. */
export const RUNS_AT_ONCE = 2;

/** How long a run that failed to go on is left alone: it doubles with each failure in a row. */
const FIRST_PAUSE_MS = 3_000;
const LONGEST_PAUSE_MS = 60_000;

type Failed = { error: Error; times: number; notBefore: number };

export type RunsInHand = {
	/** Goes on with a run now, unless that is done already, there are enough, or it has just failed. Never throws. */
	take: (runId: string) => void;
	/** Resolves when none is in hand any more. */
	settled: () => Promise<void>;
};

/**
 * The runs that this worker works on, whether a job named them or nobody looked after them: one limit for both. Work that fails is told
 * and tried again by and by, ever more seldom; what it failed with is handed to the next try.
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
			log.error({ runId, error }, 'a run could not go on');
			await tell(runId, error).catch((second: Error) =>
				log.error({ runId, error: second }, 'that a run could not go on could not be told'),
			);
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
