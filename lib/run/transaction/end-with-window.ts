import { instantWords } from '#lib/domain/wording/instant-words.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import type { WindowLeft } from '#lib/gates/window.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';

/** The longest delay of a Node timer; every transaction ends long before. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Aborts the run when its window closes, or a freeze starts, so that the current statement is cancelled and its locks are released. Until COMMIT
 * is about to be sent. The time left was measured by the target's clock; from then on it is counted here. Returns a function that stops it.
 */
export function endWithWindow({ target, aborts }: Pick<OpenRun, 'target' | 'aborts'>, { closesAt, leftMs }: WindowLeft): () => void {
	const close = () =>
		aborts.abort(
			new StepFailed({
				code: 'outside_window',
				message: `The window of ${target.name} closed at ${instantWords(closesAt.toISOString())}, during the transaction. The transaction was cancelled.`,
				instead: 'Rolled back: nothing was changed. Execute again early in the next window.',
			}),
		);
	if (leftMs > LONGEST_TIMER_MS) return () => undefined;
	const timer = setTimeout(close, leftMs);
	return () => clearTimeout(timer);
}
