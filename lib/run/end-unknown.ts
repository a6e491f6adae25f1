import { endRun } from './end-run.ts';
import type { OpenRun } from './open-run.ts';
import { failureOf } from './step.ts';

/** Nobody can say whether COMMIT happened. Maintenance mode stays on, nothing is restored, a human is called. */
export async function endUnknown(run: OpenRun, error: Error): Promise<void> {
	const failure = {
		...failureOf(error),
		instead:
			'Maintenance mode stays on and nothing is restored. Look into the target: the marker of this run in countersign.marker says whether it committed.',
	};
	await endRun(run, {
		outcome: 'unknown',
		failure,
		summary: `It is not known whether COMMIT happened: ${failure.message}. Maintenance mode stays on.`,
	});
}
