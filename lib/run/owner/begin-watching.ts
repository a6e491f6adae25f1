import { limitsOf } from '#lib/domain/watching/thresholds.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import { startWatch } from '#lib/watch/watch.ts';
import type { OpenRun } from './open-run.ts';

const INSTEAD =
	'Before COMMIT the run rolls back; after it, maintenance mode stays on and people decide. The charts show the measurements.';

/** Watches the target for this run. An exceeded threshold aborts the run; so does a failure of the watching before COMMIT. */
export async function beginWatching(run: OpenRun): Promise<void> {
	if (run.watch) return;
	const { runId, target, plan, journal } = run;
	run.watch = await startWatch({
		runId,
		target,
		limits: limitsOf(target, plan.manifest.thresholds),
		tell: (event) => journal.tell('watch', event),
		onBreach: ({ code, message }) => run.aborts.abort(new StepFailed({ code, message, instead: INSTEAD })),
		onDeath: (error) => {
			const message = `Watching the target failed: ${error.message}.`;
			journal.tell('watch', { phase: 'notice', data: { severity: 'WARNING', message } });
			if (run.truth.kind === 'nothing_committed')
				run.aborts.abort(new StepFailed({ code: 'watching_died', message, instead: INSTEAD }, { cause: error }));
		},
	});
}
