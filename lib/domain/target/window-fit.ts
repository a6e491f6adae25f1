import type { RehearsalReport } from '../rehearsed/rehearsal.ts';
import type { Target } from './target.ts';
import { windowAt } from './window.ts';

/** Whether what a run may take has room in the window that is open, or in the next one. Times in ms. */
export type WindowFit = {
	/** What is left of the open window, or the length of the next; null where none opens again. */
	roomMs: number | null;
	isOpen: boolean;
	/** By the times of its rehearsal, with the target's margin; 0 where none has passed. */
	rehearsedMs: number;
	restoreMs: number;
	fits: boolean;
};

type Ask = { target: Pick<Target, 'window' | 'restoreBudget' | 'rehearsal'>; report: RehearsalReport | null; now: Date };

/** As the run's window gate will ask it at the claim, by this machine's clock. `report`: of a rehearsal that has passed. */
export function windowFit({ target, report, now }: Ask): WindowFit {
	const state = windowAt(target.window, now);
	const opening = state.open || !state.opensAt ? state : windowAt(target.window, state.opensAt);
	const roomMs = opening.open ? opening.remainingMs : null;
	const measured = (report?.backup?.ms ?? 0) + (report?.restore?.ms ?? 0) + (report?.transaction?.ms ?? 0);
	const rehearsedMs = measured * target.rehearsal.margin;
	const restoreMs = target.restoreBudget;
	return { roomMs, isOpen: state.open, rehearsedMs, restoreMs, fits: roomMs !== null && roomMs >= rehearsedMs + restoreMs };
}
