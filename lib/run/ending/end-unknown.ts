import type { Failure } from '#lib/domain/run.ts';
import { sentence } from '#lib/domain/sentence.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { failureOf } from '#lib/run/owner/step.ts';
import { tellTruth } from '#lib/run/owner/tell-truth.ts';
import { endRun } from './end-run.ts';

/** Nobody can say whether COMMIT happened. Maintenance mode stays on, nothing is restored, a human is called. */
export async function endUnknown(run: OpenRun, error: Error): Promise<void> {
	const failure = {
		...failureOf(error),
		instead:
			'Maintenance mode stays on and nothing is restored. Look into the target: the marker of this run in countersign.marker says whether it committed.',
	};
	// The target did not say it, so the page does not either.
	if (run.truth.kind === 'nothing_committed') await tellTruth(run, 'transaction', { kind: 'checking', since: new Date().toISOString() });
	await endRun(run, {
		outcome: 'unknown',
		failure,
		summary: `It is not known whether COMMIT happened. ${sentence(failure.message)} Maintenance mode stays on.`,
	});
}

/**
 * Nothing of this change was committed, as the marker has shown; and yet the catalog is not what it was, or could not be read to show
 * that it is. Somebody else may have changed it. Maintenance mode stays on, a human is called.
 */
export async function endUnproved(run: OpenRun, { failure, says }: { failure: Failure; says: string }): Promise<void> {
	await endRun(run, {
		outcome: 'unknown',
		failure: {
			...failure,
			message: `${sentence(failure.message)} Nothing was committed. ${says}.`,
			instead:
				'Maintenance mode stays on. Find out who else changed the target, or why its catalog cannot be read; then switch maintenance mode off by hand.',
		},
		summary: `Nothing was committed. ${says}. ${sentence(failure.message)} Maintenance mode stays on.`,
	});
}
