import type { Step, Truth } from '#lib/domain/run.ts';
import type { StoreTransaction } from '#lib/store/client.ts';
import type { OpenRun } from './open-run.ts';

/** Stores and journals whether the change is committed, before anything else happens. */
export async function tellTruth(run: OpenRun, step: Step, truth: Truth, first?: (tx: StoreTransaction) => Promise<void>): Promise<void> {
	await run.journal.setTruth(step, truth, first);
	run.truth = truth;
}
