import { Check, Circle, CircleDot, Minus, X } from 'lucide-react';
import { classNames } from '#components/ui/class-names.ts';
import { ProgressBar } from '#components/ui/progress-bar.tsx';
import { Elapsed } from '#components/ui/time/time.tsx';
import { STEP_TITLE, type Step } from '#lib/domain/run.ts';
import { durationWords, measuredWords } from '#lib/domain/wording/duration-words.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';
import { type Progress, STATE_WORD, type StepState } from './run-state.ts';

const ICON = {
	pending: { icon: Circle, ink: 'text-ink-3' },
	running: { icon: CircleDot, ink: 'text-accent' },
	passed: { icon: Check, ink: 'text-done' },
	failed: { icon: X, ink: 'text-fail' },
	skipped: { icon: Minus, ink: 'text-ink-3' },
};

/** What a step will do, shown until it reports what it did. */
const PLAN: Record<Step, string> = {
	claim: 'signatures, lock, right database',
	window: 'open, and long enough',
	'maintenance mode on': 'reported by the application',
	backup: 'dumped, read in full, archived',
	'way back': 'this backup, restored and compared',
	'standby copy': 'a second database, to swap in by renaming',
	quiescence: 'nobody else has written',
	trial: 'views as the restricted role',
	transaction: 'statements, checks, COMMIT',
	'smoke tests': 'again, on fresh connections',
	'maintenance mode off': 'only after a safe end',
	record: 'the outcome',
	restore: 'restored beside, compared, swapped in',
	watch: 'once a second',
};
/** Steps whose text takes two lines. */
const LONG: readonly Step[] = ['backup', 'way back'];

/** In ms, by earlier runs of the target. */
type Expected = Partial<Record<Step, number>>;

/** The steps in order, with how long each took or may take. `over`: steps that have not started never will. */
export function StepList({ steps, over, expected }: { steps: StepState[]; over: boolean; expected: Expected }) {
	return (
		<ol aria-label="Steps" className="panel divide-y divide-line overflow-hidden">
			{steps.map((step) => (
				<StepRow key={step.step} step={step} over={over} expectedMs={expected[step.step] ?? null} />
			))}
		</ol>
	);
}

function StepRow({ step, over, expectedMs }: { step: StepState; over: boolean; expectedMs: number | null }) {
	const missed = over && step.state === 'pending';
	const { icon: Icon, ink } = missed ? ICON.skipped : ICON[step.state];
	const words = missed ? 'not reached' : briefly(step.failure?.message ?? step.progress?.summary ?? step.summary ?? PLAN[step.step]);
	const quiet = step.state === 'pending' || step.state === 'skipped';
	return (
		<li
			aria-current={step.state === 'running' ? 'step' : undefined}
			className={classNames(
				'relative grid grid-cols-[18px_1fr_auto] items-center gap-x-2.5 gap-y-0.5 px-3.5 py-2',
				step.state === 'running' && 'bg-accent-soft',
				step.state === 'failed' && 'bg-fail-soft',
			)}
		>
			<Icon className={classNames('size-4', ink)} strokeWidth={2.25} aria-hidden />
			<span className={quiet ? 'text-ink-2' : 'font-semibold'}>
				{STEP_TITLE[step.step]}
				<span className="sr-only">{`, ${missed ? 'not reached' : STATE_WORD[step.state]}`}</span>
			</span>
			<span className="text-sm text-ink-2">
				{step.ms !== null && measuredWords(step.ms)}
				{step.state === 'pending' && !over && expectedMs !== null && expectedMs >= 1_000 && `about ${durationWords(expectedMs)}`}
				{step.state === 'running' && step.startedAt && !over && <Elapsed since={step.startedAt} />}
			</span>
			<p title={words} className={classNames('col-span-2 col-start-2 text-sm', quiet ? 'text-ink-3' : 'text-ink-2', wrapOf(step))}>
				{words}
				{typeof step.progress?.remainingMs === 'number' && ` · about ${durationWords(Math.max(1_000, step.progress.remainingMs))} left`}
				{step.progress?.unit === 'bytes' && step.progress.perSecond !== null && ` · ${formatBytes(step.progress.perSecond)}/s`}
			</p>
			{step.state === 'running' && !over && <StepProgress title={STEP_TITLE[step.step]} progress={step.progress} />}
		</li>
	);
}

/** A row keeps its height when its words change: what does not fit is in the log, and on paper. Why a step failed must be read here. */
function wrapOf({ step, state }: StepState): string {
	if (state === 'failed') return 'line-clamp-2 [overflow-wrap:anywhere] print:line-clamp-none';
	if (LONG.includes(step)) return 'line-clamp-2 min-h-[2lh] [overflow-wrap:anywhere] print:line-clamp-none';
	return 'truncate print:whitespace-normal';
}

/** Only the time of day: a run is short. */
function briefly(words: string): string {
	return words.replace(/\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)(?:\.\d+)?Z/g, '$1 UTC');
}

/** Lies over the row's lower edge, so it takes no space. */
function StepProgress({ title, progress }: { title: string; progress: Progress | null }) {
	return (
		<div className="absolute inset-x-0 bottom-0">
			<ProgressBar label={`${title}: progress`} done={progress?.done ?? 0} total={progress?.total ?? null} />
		</div>
	);
}
