/** The database in which this run's way back is tried. */
export function scratchName(runId: string): string {
	return `countersign_scratch_${shortId(runId)}`;
}

/** The second database that a restore swaps in by two renames. */
export function standbyName(runId: string): string {
	return `countersign_standby_${shortId(runId)}`;
}

/** The database that a restore of this run creates, and the name under which the failed one is kept. */
export function restoreNames(runId: string): { replacement: string; keptAs: string } {
	return { replacement: `countersign_restore_${shortId(runId)}`, keptAs: `countersign_failed_${shortId(runId)}` };
}

/** The database that a rehearsal applies the change to, and the one into which it restores the backup again. */
export function rehearsalNames(rehearsalId: string): { copy: string; again: string } {
	return { copy: `countersign_rehearsal_${shortId(rehearsalId)}`, again: `countersign_rehearsed_${shortId(rehearsalId)}` };
}

/** The first part of the id of the rehearsal that such a database was made for, without hyphens. Null for any other name. */
export function rehearsalIdIn(database: string): string | null {
	return /^countersign_rehears(?:al|ed)_([0-9a-f]{12})$/.exec(database)?.[1] ?? null;
}

/**
 * The first part of the id of the run that such a database was made for, without hyphens. Null for any other name, and for the failed database
 * that a restore keeps. The whole name must match: a name that only starts the same belongs to somebody else. (All are 32 bytes long: PostgreSQL cuts at 63.)
 */
export function runIdIn(database: string): string | null {
	return /^countersign_(?:scratch|standby|restore)_([0-9a-f]{12})$/.exec(database)?.[1] ?? null;
}

function shortId(runId: string): string {
	return runId.replaceAll('-', '').slice(0, 12);
}
