import type { Target } from './target.ts';

/** Beside those of the dump's and the restore's jobs: the run, its lock, watching, and what looks meanwhile. */
const SESSIONS_OF_A_RUN = 10;

/** How many sessions of one database a run may need at a time. */
export function sessionsNeeded({ backup }: Target): number {
	return 2 * backup.jobs + SESSIONS_OF_A_RUN;
}
