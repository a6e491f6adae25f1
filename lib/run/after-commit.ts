import { allOrFirstError } from '#lib/all-or-first-error.ts';
import { endSucceeded } from './ending/end-succeeded.ts';
import { beginWatching } from './owner/begin-watching.ts';
import { keepFingerprintAfter } from './owner/keep-facts.ts';
import type { OpenRun } from './owner/open-run.ts';
import { step } from './owner/step.ts';
import { offerRestore } from './restore/offer-restore.ts';
import { smokeTestAgain } from './smoke-test-again.ts';

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
