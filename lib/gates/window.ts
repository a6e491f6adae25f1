import { allOrFirstError } from '#lib/all-or-first-error.ts';
import { instantWords } from '#lib/domain/instant-words.ts';
import { describeWindow, windowAt } from '#lib/domain/window.ts';
import { readClock } from '#lib/postgres/connection/clock.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { type GateContext, type Passed, StepFailed } from './gate.ts';

/** How far the clocks of console and target may be apart. */
export const MAX_CLOCK_SKEW_MS = 5_000;

/** When the window closes, by the target's clock, and how long that was when it was asked. */
export type WindowLeft = { closesAt: Date; leftMs: number };

/**
 * The window is open by the target's clock, the clocks agree, and what is left of it is longer than the run may still take.
 * `consoleNow` reads the console database's clock. Asked at the start, before BEGIN and before COMMIT.
 */
export async function checkWindow(
	context: Pick<GateContext, 'target' | 'runId' | 'signal'>,
	ask: { consoleNow: () => Promise<Date>; neededMs: number },
): Promise<Passed<WindowLeft>> {
	const { target, runId, signal } = context;
	// Side by side: what passes between the two looks would count as a difference of the clocks, or hide one.
	const [targetNow, consoleNow] = await withTarget(
		{ target, login: 'backup', applicationName: `countersign clock ${runId}`, signal },
		(client) => allOrFirstError([readClock(client), ask.consoleNow()]),
	);
	const skewMs = Math.abs(targetNow.getTime() - consoleNow.getTime());
	if (skewMs > MAX_CLOCK_SKEW_MS) {
		throw new StepFailed({
			code: 'clock_skew',
			message: `The clocks of console and target are ${(skewMs / 1000).toFixed(1)} s apart; at most ${MAX_CLOCK_SKEW_MS / 1000} s are allowed.`,
			instead: 'Nothing was changed. Put the clocks right (NTP), then execute again.',
		});
	}
	const state = windowAt(target.window, targetNow);
	if (!state.open) {
		const opens = state.opensAt ? ` It opens at ${instantWords(state.opensAt.toISOString())}.` : ' It does not open again.';
		throw new StepFailed({
			code: 'outside_window',
			message: `${target.name} is ${state.reason}.${opens}`,
			instead: 'Nothing was changed. Execute again when the window is open.',
		});
	}
	if (state.remainingMs < ask.neededMs) {
		throw new StepFailed({
			code: 'window_too_short',
			message: `The window closes at ${instantWords(state.closesAt.toISOString())}, in ${Math.round(state.remainingMs / 1000)} s; the way back alone may need ${Math.round(ask.neededMs / 1000)} s.`,
			instead: 'Nothing was changed. Execute again early in the next window.',
		});
	}
	return {
		summary: `${describeWindow(target.window)}, clocks ${skewMs} ms apart`,
		evidence: { targetClock: targetNow.toISOString(), closesAt: state.closesAt.toISOString(), skewMs },
		value: { closesAt: state.closesAt, leftMs: state.remainingMs },
	};
}
