import { removeReplacement } from '#lib/run/leftovers/remove-leftovers.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { endRun } from './end-run.ts';
import { turnMaintenanceModeOff } from './maintenance-mode-off.ts';

/** Committed, and every smoke test passed. */
export async function endSucceeded(run: OpenRun): Promise<void> {
	const leftOn = await turnMaintenanceModeOff(run, { services: true });
	const leftOver = await removeReplacement(run);
	await endRun(run, {
		outcome: 'succeeded',
		failure: null,
		summary: ['Committed, and every smoke test passed.', leftOn, leftOver].filter(Boolean).join(' '),
	});
}
