import { removeReplacement } from '#lib/run/leftovers/remove-leftovers.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { endRun } from './end-run.ts';
import { turnMaintenanceModeOff } from './maintenance-mode-off.ts';

/** Committed, and every check that there is after it has passed. */
export async function endSucceeded(run: OpenRun): Promise<void> {
	const leftOn = await turnMaintenanceModeOff(run, { services: true });
	const leftOver = await removeReplacement(run);
	await endRun(run, {
		outcome: 'succeeded',
		failure: null,
		summary: [checkedWords(run), leftOn, leftOver].filter(Boolean).join(' '),
	});
}

/** What was checked after COMMIT, and no more than that. */
function checkedWords({ plan, target }: OpenRun): string {
	if (plan.manifest.smokeTests.length > 0) return 'Committed, and every smoke test passed.';
	return target.health === 'none'
		? 'Committed. No smoke test was named and no health check is defined: nothing was checked after COMMIT.'
		: 'Committed. No smoke test was named; the application’s health check answered.';
}
