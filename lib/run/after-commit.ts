import { allOrFirstError } from '#lib/all-or-first-error.ts';
import { beginWatching } from './begin-watching.ts';
import { endSucceeded } from './end-succeeded.ts';
import { keepFingerprintAfter } from './keep-facts.ts';
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
			const [passed] = await allOrFirstError([smokeTestAgain(context), keepFingerprintAfter(run)]);
			return passed;
		});
		run.watch?.rest();
	} catch (error) {
		return offerRestore(run, error);
	}
	return endSucceeded(run);
}
