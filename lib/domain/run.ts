import type { FailureCode } from './failure.ts';
import type { Sample } from './sample.ts';
import type { Limits } from './thresholds.ts';

/** The steps of a run, in order. The same word is the page's heading, the journal's, the file's and the test's. */
export const STEPS = [
	'claim',
	'window',
	'maintenance mode on',
	'backup',
	'way back',
	'standby copy',
	'quiescence',
	'trial',
	'transaction',
	'smoke tests',
	'maintenance mode off',
	'record',
	'restore',
	/** Not one after the others: it goes on beside them, and for a while after. */
	'watch',
] as const;
export type Step = (typeof STEPS)[number];

/** Steps that every run shows from the start; a standby copy and a restore appear only when there is one. */
export const PLANNED_STEPS: readonly Step[] = STEPS.filter((step) => !['standby copy', 'restore', 'watch'].includes(step));

export const STEP_TITLE: Record<Step, string> = {
	claim: 'Claim',
	window: 'Window',
	'maintenance mode on': 'Maintenance mode on',
	backup: 'Backup',
	'way back': 'Way back',
	'standby copy': 'Standby copy',
	quiescence: 'Quiescence',
	trial: 'Trial',
	transaction: 'Transaction',
	'smoke tests': 'Smoke tests',
	'maintenance mode off': 'Maintenance mode off',
	record: 'Record',
	restore: 'Restore',
	watch: 'Watching',
};

/**
 * - queued: claimed; no worker has begun
 * - running: a worker is at it
 * - awaiting_restore: committed, and a smoke test failed or was inconclusive; people decide
 * - restoring: the backup is being put back
 * - the other four are outcomes and final
 */
export const RUN_STATUSES = [
	'queued',
	'running',
	'awaiting_restore',
	'restoring',
	'succeeded',
	'rolled_back',
	'restored',
	'unknown',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const OUTCOMES = ['succeeded', 'rolled_back', 'restored', 'unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export const OUTCOME_TITLE: Record<Outcome, string> = {
	succeeded: 'Succeeded',
	rolled_back: 'Rolled back',
	restored: 'Restored',
	unknown: 'Unknown',
};

export function isOutcome(status: string): status is Outcome {
	return (OUTCOMES as readonly string[]).includes(status);
}

/** The one line on the run page that is never wrong. Journalled before COMMIT is sent and when the marker has answered. */
export type Truth =
	| { kind: 'nothing_committed' }
	| { kind: 'checking'; since: string }
	/** `late`: whoever took over found it committed at that moment; it was before. */
	| { kind: 'committed'; at: string; late?: true }
	| { kind: 'restored'; at: string };

/** "Committed at 02:14:07 UTC", or "before" where it was only found later; and the same of a restore. */
export function truthAtWords(truth: Extract<Truth, { at: string }>): string {
	const late = truth.kind === 'committed' && truth.late;
	return `${truth.kind === 'committed' ? 'Committed' : 'Restored'} ${late ? 'before' : 'at'} ${truth.at.slice(11, 19)} UTC`;
}

/** Why a step failed, as people are told it. `sqlstate` and the place are there when PostgreSQL said so. */
export type Failure = {
	code: FailureCode;
	message: string;
	/** What was not touched, and what to do now. */
	instead: string;
	sqlstate?: string;
	sqlstateMeaning?: string;
	detail?: string;
	hint?: string;
	/** PostgreSQL's CONTEXT: inside which functions it happened, the innermost first, with their lines. */
	context?: string;
	/** The query inside a function that failed, with a caret. */
	internalQuery?: string;
	/** Schema, table, column, type and constraint that PostgreSQL names. */
	object?: string;
	/** Where in the bundle: path, 1-based line and column in characters. */
	file?: string;
	line?: number;
	column?: number;
	/** The statement as sent, cut to 4,000 characters. */
	statement?: string;
	/** The line of the statement that PostgreSQL points at, with a caret on the next line. */
	caret?: string;
};

/** `index` counts from 1 through the whole bundle; `sql` is cut to 2,000 characters. */
export type StatementPlace = { index: number; total: number; file: string; line: number; sql: string };

/** One row of the journal: what a run did, as it did it. `seq` is the stream's event id. */
export type JournalEvent =
	| { phase: 'started'; data: { summary?: string } }
	| {
			phase: 'progress';
			data: {
				summary: string;
				done?: number;
				total?: number;
				unit?: 'bytes' | 'statements' | 'rows' | 'ms';
				perSecond?: number;
				/** How much longer, about. */
				remainingMs?: number;
			};
	  }
	/** Told before the statement runs; the page shows it as the current one. */
	| { phase: 'statement started'; data: StatementPlace }
	/** One that was over before its beginning was stored has this row alone. */
	| { phase: 'statement done'; data: StatementPlace & { ms: number; rows: number | null } }
	| { phase: 'notice'; data: { severity: string; message: string; detail?: string; hint?: string; file?: string; line?: number } }
	/** A check inside a step: a verification, a smoke test, a trial query. */
	| { phase: 'check'; data: { name: string; passed: boolean; expected: string; got: string; role?: string; ms: number } }
	| { phase: 'passed'; data: { summary: string; ms: number; evidence?: Record<string, unknown> } }
	| { phase: 'failed'; data: { failure: Failure; ms: number } }
	| { phase: 'skipped'; data: { summary: string } }
	/** What the target looked like; one a second. */
	| { phase: 'sample'; data: Sample }
	/** What the samples are held against, told once when the watching begins. */
	| { phase: 'limits'; data: Limits }
	| { phase: 'truth'; data: Truth }
	| { phase: 'status'; data: { status: RunStatus } };

export type JournalRow = { seq: number; at: string; step: Step } & JournalEvent;

/** What a restore would lose: rows that others wrote since the backup, per table. */
export type RestorePrice = {
	tables: { table: string; inserted: number; updated: number; deleted: number }[];
	rows: number;
	measuredAt: string;
};
