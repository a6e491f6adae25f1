import type { Failure } from '#lib/domain/run.ts';
import { sentence } from '#lib/domain/wording/sentence.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { failureOf } from '#lib/run/owner/step.ts';
import { tellTruth } from '#lib/run/owner/tell-truth.ts';
import { endRun } from './end-run.ts';

/** It is not known whether COMMIT happened. Maintenance mode stays on, nothing is restored, and people must decide. */
export async function endUnknown(run: OpenRun, error: Error): Promise<void> {
	const failure = {
		...failureOf(error),
		instead:
			'Maintenance mode stays on and nothing is restored. Check the target: the marker of this run in countersign.marker shows whether it committed.',
	};
	// The target did not confirm it, so the page must not claim it.
	if (run.truth.kind === 'nothing_committed') await tellTruth(run, 'transaction', { kind: 'checking', since: new Date().toISOString() });
	await endRun(run, {
		outcome: 'unknown',
		failure,
		summary: `It is not known whether COMMIT happened. ${sentence(failure.message)} Maintenance mode stays on.`,
	});
}

/**
 * Nothing of this change was committed, as the marker has shown, but the catalog has changed, or could not be read to prove
 * that it has not. Somebody else may have changed it. Maintenance mode stays on, and people must decide.
 */
export async function endUnproved(run: OpenRun, { failure, says }: { failure: Failure; says: string }): Promise<void> {
	await endRun(run, {
		outcome: 'unknown',
		failure: {
			...failure,
			message: `${sentence(failure.message)} Nothing was committed. ${says}.`,
			instead:
				'Maintenance mode stays on. Find out who else changed the target, or why its catalog cannot be read; then turn maintenance mode off by hand.',
		},
		summary: `Nothing was committed. ${says}. ${sentence(failure.message)} Maintenance mode stays on.`,
	});
}
