import type { GateContext, Passed } from '#lib/gates/gate.ts';
import { endSucceeded } from './ending/end-succeeded.ts';
import { endUnknown } from './ending/end-unknown.ts';
import { beginWatching } from './owner/begin-watching.ts';
import { refuseAborts } from './owner/heed-aborts.ts';
import { keepFingerprintAfter } from './owner/keep-facts.ts';
import type { OpenRun } from './owner/open-run.ts';
import { step } from './owner/step.ts';
import { offerRestore } from './restore/offer-restore.ts';
import { smokeTestAgain } from './smoke-test-again.ts';
import { assertStillCommitted, FailedOver } from './transaction/server-of-run.ts';

/** Steps 7 to 9 of a run that has committed. Also where it goes on after a crash, and when its smoke tests are asked again. */
export async function afterCommit(run: OpenRun): Promise<void> {
	try {
		await step(run, 'smoke tests', async (context) => {
			await beginWatching(run);
			run.watch?.act();
			return checkAfter(run, context);
		});
		run.watch?.rest();
		await refuseAborts(run, 'Every smoke test has passed and the run is ending: there is nothing left to stop.');
	} catch (error) {
		const lost = error instanceof FailedOver ? error : await lostByFailover(run);
		return lost ? endUnknown(run, lost) : offerRestore(run, error);
	}
	return endSucceeded(run);
}

/** What a smoke test says goes before a catalog that could not be read meanwhile. */
async function checkAfter(run: OpenRun, context: GateContext): Promise<Passed<null>> {
	await assertStillCommitted(run);
	const [checked, kept] = await Promise.allSettled([smokeTestAgain(context), keepFingerprintAfter(run)]);
	if (checked.status === 'rejected') throw checked.reason;
	if (kept.status === 'rejected') throw kept.reason;
	await assertStillCommitted(run);
	return checked.value;
}

/** What a smoke test failed of may be that another server answers. One that does not answer at all has not said so. */
function lostByFailover(run: OpenRun): Promise<FailedOver | null> {
	return assertStillCommitted(run).then(
		() => null,
		(error: unknown) => (error instanceof FailedOver ? error : null),
	);
}
