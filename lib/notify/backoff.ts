const FIRST_PAUSE_S = 10;
const LONGEST_PAUSE_S = 3_600;
/** With these pauses about nine hours pass from the first attempt to the last. */
export const MOST_ATTEMPTS = 17;

/** How long to wait after that many attempts, in seconds: twice as long each time, up to an hour. */
export function pauseSeconds(attempts: number): number {
	return Math.min(FIRST_PAUSE_S * 2 ** (attempts - 1), LONGEST_PAUSE_S);
}
