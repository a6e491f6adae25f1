import type { Target } from '#lib/domain/target/target.ts';
import type { WindowNeeds } from '#lib/gates/window.ts';
import type { OpenRun } from './open-run.ts';
import type { RehearsedTimes } from './rehearsed-times.ts';

/** What is still to come when the window is asked: the whole run, its transaction, or COMMIT alone. */
type ToCome = 'run' | 'transaction' | 'COMMIT';

/**
 * What the window gate must know about a run: the console's clock, and how long it may still take. That is a restore, and, where the revision was
 * rehearsed, what is to come by the times of its rehearsal, with the target's margin.
 */
export function needsOf(run: OpenRun, toCome: ToCome): WindowNeeds {
	return {
		consoleNow: async () => {
			const [row] = await run.store.$queryRaw<{ now: Date }[]>`select clock_timestamp() as now`;
			if (!row) throw new Error('the console database did not return the time');
			return row.now;
		},
		restoreMs: run.target.restoreBudget,
		rehearsedMs: run.rehearsed ? rehearsedMs(timesOf(run.target, run.rehearsed), toCome) * run.target.rehearsal.margin : 0,
	};
}

/** Where the way back was shown before, a run restores definitions only, in about a second. */
function timesOf({ wayBack }: Target, times: RehearsedTimes): RehearsedTimes {
	return wayBack === 'scratch_restore' ? times : { ...times, restoreMs: 0 };
}

function rehearsedMs({ backupMs, restoreMs, transactionMs }: RehearsedTimes, toCome: ToCome): number {
	if (toCome === 'COMMIT') return 0;
	return toCome === 'transaction' ? transactionMs : backupMs + restoreMs + transactionMs;
}
