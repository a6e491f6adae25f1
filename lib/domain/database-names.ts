/** The database that this run's way back is tried in. */
export function scratchName(runId: string): string {
	return `countersign_scratch_${shortId(runId)}`;
}

/** The second database that a restore by two renames puts in the live one's place. */
export function standbyName(runId: string): string {
	return `countersign_standby_${shortId(runId)}`;
}

/** The database that a restore of this run is made in, and the name under which the failed one is kept. */
export function restoreNames(runId: string): { replacement: string; keptAs: string } {
	return { replacement: `countersign_restore_${shortId(runId)}`, keptAs: `countersign_failed_${shortId(runId)}` };
}

/**
 * The beginning of the id of the run that such a database was made for, without hyphens; null for every other, and for the failed one
 * that a restore keeps. The whole name counts: what only begins so is somebody's own. (All have 32 bytes: PostgreSQL cuts at 63.)
 */
export function runIdIn(database: string): string | null {
	return /^countersign_(?:scratch|standby|restore)_([0-9a-f]{12})$/.exec(database)?.[1] ?? null;
}

function shortId(runId: string): string {
	return runId.replaceAll('-', '').slice(0, 12);
}
