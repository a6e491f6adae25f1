import { CircleCheck, CircleQuestionMark, History, Lock, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '#components/ui/class-names.ts';
import { TONE_INK, TONE_SOFT, type Tone } from '#components/ui/tone.ts';
import { type RunStatus, type Truth, truthAtWords } from '#lib/domain/run.ts';

type Look = { tone: Tone; icon: LucideIcon; words: string; more: string };

/**
 * Whether the change is committed: taken only from what the journal says is true. What cannot be known, because the run
 * could not find out or because this page has lost its connection, is shown as unknown.
 */
export function TruthBanner({ truth, status, stale, children }: { truth: Truth; status: RunStatus; stale: boolean; children?: ReactNode }) {
	const { tone, icon: Icon, words, more } = lookOf(truth, status, stale);
	return (
		<div
			className={classNames(
				'mb-4 flex min-h-[52px] flex-wrap items-center gap-x-3 gap-y-0.5 rounded-lg px-4 py-2.5 print:border print:border-line',
				'sticky top-0 z-10 print:static max-sm:-mx-3 max-sm:min-h-[64px] max-sm:rounded-none max-sm:px-3',
				TONE_SOFT[tone],
			)}
		>
			<span className={classNames('flex items-center gap-2.5 text-lg font-semibold', TONE_INK[tone])}>
				<Icon className="size-4 flex-none" strokeWidth={2} aria-hidden />
				{words}
			</span>
			<span className="text-ink-2 max-sm:text-sm">
				{more}
				{tone === 'unknown' && (
					<>
						{' '}
						<a href={`/operations#${paragraphOf(truth, status)}`} className="underline">
							What this means and what to do
						</a>
					</>
				)}
			</span>
			{children && <span className="ml-auto print:hidden">{children}</span>}
		</div>
	);
}

function lookOf(truth: Truth, status: RunStatus, stale: boolean): Look {
	if (status === 'unknown' && truth.kind === 'nothing_committed')
		return {
			tone: 'unknown',
			icon: CircleQuestionMark,
			words: 'Nothing committed, but the database differs',
			more: 'The console could not prove that the database is as it was. Maintenance mode stays on. Somebody must check the target.',
		};
	if (status === 'unknown')
		return {
			tone: 'unknown',
			icon: CircleQuestionMark,
			words: 'Unknown',
			more: 'The console could not find out whether COMMIT happened. Nothing is restored. Somebody must check the target and decide.',
		};
	if (stale && (truth.kind === 'nothing_committed' || truth.kind === 'checking'))
		return {
			tone: 'unknown',
			icon: CircleQuestionMark,
			words: 'Unknown: checking',
			more: 'This page has lost its connection. The run continues.',
		};
	switch (truth.kind) {
		case 'nothing_committed':
			return status === 'rolled_back'
				? { tone: 'done', icon: Lock, words: 'Nothing committed', more: 'The run is over. There is nothing to undo.' }
				: { tone: 'done', icon: Lock, words: 'Nothing committed yet', more: 'A failure or an abort now rolls back and loses nothing.' };
		case 'checking':
			return {
				tone: 'unknown',
				icon: CircleQuestionMark,
				words: 'Unknown: checking',
				more: 'COMMIT is being sent. The marker in the target will show in a moment whether it happened.',
			};
		case 'committed':
			return {
				tone: status === 'succeeded' ? 'done' : 'wait',
				icon: CircleCheck,
				words: truthAtWords(truth),
				more: stale ? 'As of the last message. Reconnecting…' : afterCommit(status),
			};
		case 'restored':
			return {
				tone: 'fail',
				icon: History,
				words: truthAtWords(truth),
				more: 'The change is undone: the database is as it was at the backup.',
			};
	}
}

/** The heading's anchor in docs/operations.md. */
function paragraphOf(truth: Truth, status: RunStatus): string {
	if (status !== 'unknown') return 'unknown-checking';
	return truth.kind === 'nothing_committed' ? 'nothing-committed-but-the-database-differs' : 'unknown';
}

function afterCommit(status: RunStatus): string {
	if (status === 'succeeded') return 'The run has succeeded.';
	if (status === 'kept') return 'Checks failed after it, and two people have kept the change.';
	if (status === 'awaiting_restore') return 'A check after COMMIT did not pass. Nothing happens until somebody decides.';
	if (status === 'restoring') return 'The backup is being restored beside it. This database is untouched until the swap.';
	return 'The smoke tests are running again, on fresh connections.';
}
