import type { GateContext, Passed } from '#lib/gates/gate.ts';
import { endKept, readKept } from './ending/end-kept.ts';
import { endSucceeded } from './ending/end-succeeded.ts';
import { endUnknown } from './ending/end-unknown.ts';
import { beginWatching } from './owner/begin-watching.ts';
import { AbortPressed, refuseAborts } from './owner/heed-aborts.ts';
import { keepFingerprintAfter } from './owner/keep-facts.ts';
import type { OpenRun } from './owner/open-run.ts';
import { step } from './owner/step.ts';
import { readyForSmokeTests, wasEnding } from './ready-for-smoke-tests.ts';
import { lookAfterCommit, withOwnSequences } from './restore/look-after-commit.ts';
import { offerRestore } from './restore/offer-restore.ts';
import { smokeTestAgain } from './smoke-test-again.ts';
import { assertStillCommitted, FailedOver } from './transaction/server-of-run.ts';

const TOO_LATE = 'The checks after COMMIT have passed and the run is ending: it can no longer be aborted.';

/** Steps 7 to 9 of a run that has committed. */
export function afterCommit(run: OpenRun): Promise<void> {
	return smokeTestsAndEnd(run, async () => undefined);
}

/**
 * Where a committed run continues after a crash, and when its smoke tests run again. A run that was already ending ends, unless somebody
 * has aborted it since. One that people have kept ends as kept.
 */
export async function goOnAfterCommit(run: OpenRun): Promise<void> {
	const kept = await readKept(run);
	if (kept) return endKept(run, kept);
	if ((await wasEnding(run)) && (await canEnd(run))) return endSucceeded(run);
	return smokeTestsAndEnd(run, (context) => readyForSmokeTests(run, context));
}

async function canEnd(run: OpenRun): Promise<boolean> {
	try {
		await refuseAborts(run, TOO_LATE);
		return true;
	} catch (error) {
		if (error instanceof AbortPressed) return false;
		throw error;
	}
}

async function smokeTestsAndEnd(run: OpenRun, makeReady: (context: GateContext) => Promise<void>): Promise<void> {
	try {
		await step(run, 'smoke tests', async (context) => {
			await makeReady(context);
			await beginWatching(run);
			run.watch?.act();
			return checkAfter(run, context);
		});
		run.watch?.rest();
		await refuseAborts(run, TOO_LATE);
	} catch (error) {
		const lost = error instanceof FailedOver ? error : await lostByFailover(run);
		return lost ? endUnknown(run, lost) : offerRestore(run, error);
	}
	return endSucceeded(run);
}

/**
 * What a smoke test says goes before a catalog that could not be read meanwhile. What a restore's price will be compared with is looked at
 * beside them; where they pass nobody needs it, and nobody waits for it.
 */
async function checkAfter(run: OpenRun, context: GateContext): Promise<Passed<null>> {
	await assertStillCommitted(run);
	const needless = new AbortController();
	const looked = lookAfterCommit(run, AbortSignal.any([run.signal, needless.signal])).catch(() => null); // Who prices the restore looks again.
	const ask = withOwnSequences(run, () => smokeTestAgain(context));
	const [checked, kept] = await Promise.allSettled([ask, keepFingerprintAfter(run)]);
	if (checked.status === 'fulfilled') needless.abort(new Error('the smoke tests have passed'));
	await looked;
	if (checked.status === 'rejected') throw checked.reason;
	if (kept.status === 'rejected') throw kept.reason;
	await assertStillCommitted(run);
	return checked.value;
}

/** A smoke test may fail because a different server answers. No answer at all proves nothing. */
function lostByFailover(run: OpenRun): Promise<FailedOver | null> {
	return assertStillCommitted(run).then(
		() => null,
		(error: unknown) => (error instanceof FailedOver ? error : null),
	);
}
