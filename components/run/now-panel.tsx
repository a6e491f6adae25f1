import { CircleDot } from 'lucide-react';
import { Elapsed } from '#components/ui/time/time.tsx';
import type { Estimate } from '#lib/domain/estimate.ts';
import { STEP_TITLE } from '#lib/domain/run.ts';
import type { Sample } from '#lib/domain/watching/sample.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { span } from './monitors/readings.ts';
import type { StepState } from './run-state.ts';
import { TimeLeft } from './time-left.tsx';

type NowProps = { steps: readonly StepState[]; over: boolean; waiting: Sample['waiting'] | null; estimate: Estimate | null };

/** While the run goes on: what it does, and whom it keeps waiting. It stands where the outcome will, and is as high, so that nothing moves then. */
export function NowPanel({ steps, over, waiting, estimate }: NowProps) {
	const step = steps.find(({ state }) => state === 'running');
	const title = over ? 'Ended' : step ? STEP_TITLE[step.step] : 'Between two steps';
	return (
		<section aria-labelledby="now" className="panel flex h-full flex-col overflow-hidden" data-print="hide">
			<header className="flex flex-wrap items-center gap-x-2.5 gap-y-1 bg-accent-soft px-4 py-2.5">
				<CircleDot className="size-4.5 text-accent" aria-hidden />
				<h2 id="now" className="text-lg font-semibold text-accent">
					{title}
				</h2>
				{step?.startedAt && !over && (
					<span className="text-sm text-ink-2">
						for <Elapsed since={step.startedAt} />
					</span>
				)}
				<span className="flex-1" />
				{estimate && !over && (
					<span className="text-sm text-ink-2">
						<TimeLeft estimate={estimate} steps={steps} />
					</span>
				)}
			</header>
			<div className="grid gap-2.5 p-4">
				<p className="line-clamp-2 min-h-[2lh] [overflow-wrap:anywhere]">
					{over ? 'The outcome is being read.' : (step?.progress?.summary ?? step?.summary ?? 'The next step begins in a moment.')}
				</p>
				<p className="min-h-[1lh] truncate text-ink-2">{waitingWords(waiting)}</p>
			</div>
		</section>
	);
}

function waitingWords(waiting: Sample['waiting'] | null): string {
	if (!waiting) return '';
	const { count, longestMs } = waiting.behindUs;
	if (count === 0) return 'Nobody waits behind this run.';
	return `${countWords(count, 'session waits', 'sessions wait')} behind this run, the longest for ${span(longestMs)}.`;
}
