import { allOrFirstError } from '#lib/all-or-first-error.ts';
import { describeWindow, windowAt } from '#lib/domain/target/window.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import { readClock } from '#lib/postgres/connection/clock.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { type GateContext, type Passed, StepFailed } from './gate.ts';

/** How much the clocks of console and target may differ. */
export const MAX_CLOCK_SKEW_MS = 5_000;

/** The console's clock, and how long a restore and what is to come before it may take. */
export type WindowNeeds = { consoleNow: () => Promise<Date>; restoreMs: number; rehearsedMs: number };

/** When the window closes, by the target's clock, and how much time was left at the check. */
export type WindowLeft = { closesAt: Date; leftMs: number };

/**
 * The window is open by the target's clock, the clocks agree, and the time left is longer than the run may still take.
 * `consoleNow` reads the console database's clock. Checked at the start, before BEGIN and before COMMIT.
 */
export async function checkWindow(
	context: Pick<GateContext, 'target' | 'runId' | 'signal'>,
	ask: WindowNeeds,
): Promise<Passed<WindowLeft>> {
	const { target, runId, signal } = context;
	// At the same time: a delay between the two readings would look like a clock difference, or hide one.
	const [targetNow, consoleNow] = await withTarget(
		{ target, login: 'backup', applicationName: `countersign clock ${runId}`, signal },
		(client) => allOrFirstError([readClock(client), ask.consoleNow()]),
	);
	const skewMs = Math.abs(targetNow.getTime() - consoleNow.getTime());
	if (skewMs > MAX_CLOCK_SKEW_MS) {
		throw new StepFailed({
			code: 'clock_skew',
			message: `The clocks of console and target are ${(skewMs / 1000).toFixed(1)} s apart (limit: ${MAX_CLOCK_SKEW_MS / 1000} s).`,
			instead: 'Nothing was changed. Correct the clocks (NTP), then execute again.',
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
	const neededMs = ask.restoreMs + ask.rehearsedMs;
	if (state.remainingMs < neededMs) {
		const seconds = (ms: number) => `${Math.ceil(ms / 1000)} s`;
		const need =
			ask.rehearsedMs > 0
				? `what is to come may need ${seconds(ask.rehearsedMs)} by the times of its rehearsal, and a restore ${seconds(ask.restoreMs)}`
				: `a restore alone may need ${seconds(ask.restoreMs)}`;
		throw new StepFailed({
			code: 'window_too_short',
			message: `The window closes at ${instantWords(state.closesAt.toISOString())}, in ${Math.round(state.remainingMs / 1000)} s; ${need}.`,
			instead: 'Nothing was changed. Execute again early in the next window.',
		});
	}
	return {
		summary: `${describeWindow(target.window)}, clocks ${skewMs} ms apart`,
		evidence: { targetClock: targetNow.toISOString(), closesAt: state.closesAt.toISOString(), skewMs },
		value: { closesAt: state.closesAt, leftMs: state.remainingMs },
	};
}
