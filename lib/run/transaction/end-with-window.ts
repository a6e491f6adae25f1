import { instantWords } from '#lib/domain/instant-words.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import type { WindowLeft } from '#lib/gates/window.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';

/** What a timer of Node can wait at most; a transaction is over long before. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Aborts the run when its window closes, or a freeze begins, so that a statement under way is cancelled then and its locks go. Until COMMIT
 * is about to be sent. How long the window lasts was asked of the target's clock; from there on the time is counted here. Returns what stops it.
 */
export function endWithWindow({ target, aborts }: Pick<OpenRun, 'target' | 'aborts'>, { closesAt, leftMs }: WindowLeft): () => void {
	const close = () =>
		aborts.abort(
			new StepFailed({
				code: 'outside_window',
				message: `The window of ${target.name} closed at ${instantWords(closesAt.toISOString())}, while the transaction was under way: it was cancelled.`,
				instead: 'It is rolled back: nothing was changed. Execute again early in the next window.',
			}),
		);
	if (leftMs > LONGEST_TIMER_MS) return () => undefined;
	const timer = setTimeout(close, leftMs);
	return () => clearTimeout(timer);
}
