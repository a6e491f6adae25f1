import { beginWatching } from './begin-watching.ts';
import { endSucceeded } from './end-succeeded.ts';
import { offerRestore } from './offer-restore.ts';
import type { OpenRun } from './open-run.ts';
import { smokeTestAgain } from './smoke-test-again.ts';
import { step } from './step.ts';

/** Steps 7 to 9 of a run that has committed. Also where it goes on after a crash, and when its smoke tests are asked again. */
export async function afterCommit(run: OpenRun): Promise<void> {
	try {
		await step(run, 'smoke tests', async (context) => {
			await beginWatching(run);
			run.watch?.act();
			return smokeTestAgain(context);
		});
		run.watch?.rest();
	} catch (error) {
		return offerRestore(run, error);
	}
	return endSucceeded(run);
}
