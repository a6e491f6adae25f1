import type { Step, Truth } from '#lib/domain/run.ts';
import type { OpenRun } from './open-run.ts';

/** Stores the one line that is never wrong, and journals it, before anything else happens. */
export async function tellTruth(run: OpenRun, step: Step, truth: Truth): Promise<void> {
	await run.journal.setTruth(step, truth);
	run.truth = truth;
}
