import type { OpenRun } from './open-run.ts';

/** What the window gate needs to know of a run: the console's clock, and how long the way back may take at most. */
export function needsOf(run: OpenRun): { consoleNow: () => Promise<Date>; neededMs: number } {
	return {
		consoleNow: async () => {
			const [row] = await run.store.$queryRaw<{ now: Date }[]>`select clock_timestamp() as now`;
			if (!row) throw new Error('the console database did not tell the time');
			return row.now;
		},
		neededMs: run.target.restoreBudget,
	};
}
