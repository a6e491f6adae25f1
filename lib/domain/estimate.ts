import { PLANNED_STEPS, type Step } from './run.ts';

/** What a run that has ended took: the ms of each step that passed, the bytes of its backup, the statements of its bundle. */
export type EarlierRun = { steps: Partial<Record<Step, number>>; bytes: number | null; statements: number };

/** The ms that each step of a run is expected to take, and from how many earlier runs. A step that none of them passed is missing. */
export type Estimate = { steps: Partial<Record<Step, number>>; runs: number };

/** These take as long as the database is large. */
const BY_BYTES: readonly Step[] = ['backup', 'way back'];

/**
 * What to expect of a run from earlier ones of the same target, the latest first; null where there is none. The database is taken to be as
 * large as it was last. `rehearsedMs`: how long this very transaction took on a copy, if it was rehearsed.
 */
export function estimateRun(earlier: readonly EarlierRun[], of: { statements: number; rehearsedMs: number | null }): Estimate | null {
	if (earlier.length === 0) return null;
	const bytes = earlier.find((run) => run.bytes !== null)?.bytes ?? null;
	const steps: Estimate['steps'] = {};
	for (const step of PLANNED_STEPS) {
		const seen = earlier.flatMap((run) => {
			const ms = run.steps[step];
			return ms === undefined ? [] : [ms * growth(step, run, { bytes, statements: of.statements })];
		});
		const expected = step === 'transaction' && of.rehearsedMs !== null ? of.rehearsedMs : median(seen);
		if (expected !== null) steps[step] = Math.round(expected);
	}
	return { steps, runs: earlier.length };
}

/** How much larger than in that run the work of a step is now. */
function growth(step: Step, run: EarlierRun, now: { bytes: number | null; statements: number }): number {
	if (step === 'transaction' && run.statements > 0) return now.statements / run.statements;
	return BY_BYTES.includes(step) && run.bytes && now.bytes ? now.bytes / run.bytes : 1;
}

function median(values: number[]): number | null {
	const sorted = values.toSorted((a, b) => a - b);
	const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
	return low === undefined || high === undefined ? null : (low + high) / 2;
}
