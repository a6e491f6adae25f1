import { endSucceeded } from './end-succeeded.ts';
import { offerRestore } from './offer-restore.ts';
import type { OpenRun } from './open-run.ts';
import { smokeTestAgain } from './smoke-test-again.ts';
import { step } from './step.ts';

/** Steps 7 to 9 of a run that has committed. Also where it goes on after a crash, and when its smoke tests are asked again. */
export async function afterCommit(run: OpenRun): Promise<void> {
	try {
		await step(run, 'smoke tests', smokeTestAgain);
	} catch (error) {
		return offerRestore(run, error);
	}
	return endSucceeded(run);
}
