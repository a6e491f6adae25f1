import type { Failure } from '../run.ts';
import type { RehearsalPart, SeenPart } from './parts.ts';
import type { PlannedQuery } from './query-plan.ts';
import type { Visible } from './visible.ts';

/**
 * - queued: no worker has started, or a run had right of way and it begins again
 * - running: a worker is working on it
 * - passed: the bundle was applied and checked on a restored backup, and the backup was restored again
 * - failed: something of that did not work; the report holds what was seen before
 */
export const REHEARSAL_STATUSES = ['queued', 'running', 'passed', 'failed'] as const;
export type RehearsalStatus = (typeof REHEARSAL_STATUSES)[number];

export const REHEARSAL_TITLE: Record<RehearsalStatus, string> = {
	queued: 'Waiting for a worker',
	running: 'Rehearsing',
	passed: 'Passed',
	failed: 'Failed',
};

/** Table locks from weakest to strongest, as pg_locks names them. */
export const LOCK_MODES = [
	'AccessShareLock',
	'RowShareLock',
	'RowExclusiveLock',
	'ShareUpdateExclusiveLock',
	'ShareLock',
	'ShareRowExclusiveLock',
	'ExclusiveLock',
	'AccessExclusiveLock',
] as const;
export type LockMode = (typeof LOCK_MODES)[number];

/** From this mode on nobody can write to the table; with the last one nobody can read it. */
export const BLOCKS_WRITES: LockMode = 'ShareLock';
export const BLOCKS_READS: LockMode = 'AccessExclusiveLock';

export function isAtLeast(mode: LockMode, than: LockMode): boolean {
	return LOCK_MODES.indexOf(mode) >= LOCK_MODES.indexOf(than);
}

/** The strongest lock on one relation that was there before, and the statement (counted from 1) that took it. */
export type FootprintLock = {
	/** Quoted where it must be: `eng."Order"`. */
	relation: string;
	/** pg_class.relkind. */
	kind: string;
	mode: LockMode;
	statement: number;
	file: string;
	line: number;
	/** From that statement to the end of the transaction. */
	heldMs: number;
	/** Of the relation before, with its TOAST table and without its indexes. */
	bytes: number;
};

export type RehearsedStatement = { file: string; line: number; sql: string; ms: number; rows: number | null };
export type RehearsedCheck = {
	part: RehearsalPart;
	name: string;
	role: string | null;
	passed: boolean;
	expected: string;
	got: string;
	ms: number;
};
/**
 * `was` and `is`: the SQL that makes it, before and after. Missing where there is none, where it was not reached, and in the first reports.
 * `definition`: the beginning of its hash with the change, where a live database must have the very same then.
 */
export type CatalogChange = {
	kind: string;
	name: string;
	what: 'added' | 'removed' | 'changed';
	was?: string;
	is?: string;
	definition?: string;
};
export type RowsChange = { table: string; before: number | null; after: number | null };

/** The backup that was restored. */
export type RehearsedBackup = {
	takenAt: string;
	bytes: number;
	/** The database's size on the server then; reports of earlier versions lack it. */
	databaseBytes?: number;
	sha256: string;
	/** How long it took to take it, whoever did. */
	ms: number;
	/** Whose backup was used again, as "run 2 of CHG-7", and how old it was then; where it was. */
	usedAgain?: { of: string; ageMs: number };
	/** Why a new one was taken, where the target lets one be used again. */
	takenBecause?: string;
};

/** What a rehearsal saw, as it is kept and hashed. A part that it did not reach is null. */
export type RehearsalReport = {
	v: 1;
	digest: string;
	target: string;
	/** PostgreSQL's version of the server that it ran on. */
	server: string;
	/** Its address, where it is not the target's own. */
	elsewhere?: string;
	/** The catalog of the target that the backup was taken of; null before there is one. */
	fingerprintBefore: string | null;
	/** The catalog with the change applied; on the target's own server, as the run will see it before COMMIT. */
	fingerprintAfter: string | null;
	backup: RehearsedBackup | null;
	restore: { ms: number; tables: number; rows: number } | null;
	transaction: {
		ms: number;
		/** False where the change alters what the whole server shares: then it was rolled back, or the server would have it. */
		committed: boolean;
		shared: string[];
		statements: number;
		/** Of the whole server in that time: at least what the change wrote. */
		walBytes: number;
		tempBytes: number | null;
	} | null;
	/** The slowest ones, in the order of the bundle. */
	statements: RehearsedStatement[];
	locks: FootprintLock[];
	notices: { severity: string; message: string; file: string | null; line: number | null }[];
	checks: RehearsedCheck[];
	catalog: CatalogChange[];
	/** Null where the rows were not counted after it. */
	rows: RowsChange[] | null;
	/** What the target's readers see; null where it names none, or it was not reached. The first reports lack this and the plans. */
	visible: Visible[] | null;
	/** How the target's queries are planned; null where it names none, or it was not reached. */
	plans: PlannedQuery[] | null;
	restoreAgain: { ms: number } | null;
	/** What the lists above leave out. */
	left: { statements: number; locks: number; notices: number; catalog: number; rows: number; visible: number };
};

/** Where it stopped, and why. */
export type RehearsalFailure = Failure & { part: RehearsalPart };

/** The last rehearsal of a revision, as pages show it. */
export type SeenRehearsal = {
	id: string;
	status: RehearsalStatus;
	/** How far it has come. */
	parts: SeenPart[];
	/** Who has asked it to stop, if somebody has. */
	stoppedBy: string | null;
	/** Null: the filing asked for it. */
	askedBy: string | null;
	askedAt: string;
	startedAt: string | null;
	endedAt: string | null;
	failure: RehearsalFailure | null;
	report: RehearsalReport | null;
	/** SHA-256 of the report; the record holds it too. */
	hash: string | null;
};
