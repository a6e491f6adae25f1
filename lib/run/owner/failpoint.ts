import { faultAt } from '#lib/env.ts';

/**
 * Dies here, as hard as kill -9, when FAULT_AT names this place. For tests of crashes; refuses to work unless NODE_ENV is test.
 * Places are the steps, and `marker`, `commit`, the phases of a swap, and `ended`: the run's end is recorded.
 */
export function failpoint(place: string, moment: 'before' | 'after'): void {
	const wanted = faultAt();
	if (wanted === `${place}:${moment}` || (wanted === place && moment === 'before')) process.kill(process.pid, 'SIGKILL');
}
