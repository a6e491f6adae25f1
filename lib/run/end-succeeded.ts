import { endRun } from './end-run.ts';
import { turnMaintenanceModeOff } from './maintenance-mode-off.ts';
import type { OpenRun } from './open-run.ts';
import { removeReplacement } from './remove-leftovers.ts';

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
