'use client';

import { useNow } from '#components/ui/time/clock.tsx';
import type { Estimate } from '#lib/domain/estimate.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { durationWords } from '#lib/domain/wording/duration-words.ts';
import type { StepState } from './run-state.ts';

/** How long the run may still take, judged by earlier runs of the same target. */
export function TimeLeft({ estimate, steps }: { estimate: Estimate; steps: readonly StepState[] }) {
	const now = useNow();
	const left = leftMs(estimate, { steps, now });
	const by = `by ${countWords(estimate.runs, 'earlier run')} here`;
	return (
		<span className="whitespace-nowrap">
			{left > 0 ? `About ${durationWords(Math.max(1_000, left))} left, ${by}` : `Longer than expected ${by}`}
		</span>
	);
}

/** In ms; 0 when all that is under way has already taken longer than expected. `now`: ms since 1970, null before the page has a clock. */
export function leftMs(estimate: Estimate, { steps, now }: { steps: readonly StepState[]; now: number | null }): number {
	return steps.reduce((sum, step) => {
		const expected = estimate.steps[step.step] ?? 0;
		if (step.state === 'pending') return sum + expected;
		if (step.state !== 'running') return sum;
		const measured = step.progress?.remainingMs;
		if (typeof measured === 'number') return sum + measured;
		const lasted = now !== null && step.startedAt ? now - Date.parse(step.startedAt) : 0;
		return sum + Math.max(0, expected - lasted);
	}, 0);
}
