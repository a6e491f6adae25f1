import type { FailureCode } from './failure.ts';
import type { Sample } from './watching/sample.ts';
import type { Limits } from './watching/thresholds.ts';

/** The steps of a run, in order. Page, journal, files and tests use the same word. */
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
	/** Not in the sequence: it runs beside the other steps, and for a while afterwards. */
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
 * - queued: claimed; no worker has started
 * - running: a worker is working on it
 * - awaiting_restore: committed, and a smoke test failed or was inconclusive; people decide
 * - restoring: the backup is being restored
 * - the other five are outcomes and final
 */
export const RUN_STATUSES = [
	'queued',
	'running',
	'awaiting_restore',
	'restoring',
	'succeeded',
	'kept',
	'rolled_back',
	'restored',
	'unknown',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** `kept`: committed, checks failed after it, and two people have kept the change as it is. */
export const OUTCOMES = ['succeeded', 'kept', 'rolled_back', 'restored', 'unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export const OUTCOME_TITLE: Record<Outcome, string> = {
	succeeded: 'Succeeded',
	kept: 'Kept with failed checks',
	rolled_back: 'Rolled back',
	restored: 'Restored',
	unknown: 'Unknown',
};

/** After these nobody looks into what the run left behind. After `unknown` people do. */
export const NOTHING_LEFT_TO_DO: readonly RunStatus[] = ['succeeded', 'kept', 'rolled_back', 'restored'];

export function isOutcome(status: string): status is Outcome {
	return (OUTCOMES as readonly string[]).includes(status);
}

/** Whether the change is committed, as the run page shows it. Journalled before COMMIT is sent and when the marker has answered. */
export type Truth =
	| { kind: 'nothing_committed' }
	| { kind: 'checking'; since: string }
	/** `late`: a worker that took over found it committed at this time; the commit was earlier. */
	| { kind: 'committed'; at: string; late?: true }
	| { kind: 'restored'; at: string };

/** "Committed at 02:14:07 UTC", or "before" when it was found later; the same for a restore. */
export function truthAtWords(truth: Extract<Truth, { at: string }>): string {
	const late = truth.kind === 'committed' && truth.late;
	return `${truth.kind === 'committed' ? 'Committed' : 'Restored'} ${late ? 'before' : 'at'} ${truth.at.slice(11, 19)} UTC`;
}

/** Why a step failed, in words for people. `sqlstate` and the place are present when PostgreSQL reported them. */
export type Failure = {
	code: FailureCode;
	message: string;
	/** What was not touched, and what to do now. */
	instead: string;
	sqlstate?: string;
	sqlstateMeaning?: string;
	detail?: string;
	hint?: string;
	/** PostgreSQL's CONTEXT: the functions it happened in, innermost first, with line numbers. */
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
				/** Estimated time left. */
				remainingMs?: number;
			};
	  }
	/** Written before the statement runs; the page shows it as the current one. */
	| { phase: 'statement started'; data: StatementPlace }
	/** A statement that ended before its start was stored has only this row. */
	| { phase: 'statement done'; data: StatementPlace & { ms: number; rows: number | null } }
	| { phase: 'notice'; data: { severity: string; message: string; detail?: string; hint?: string; file?: string; line?: number } }
	/** A check inside a step: a verification, a smoke test, a trial query. */
	| { phase: 'check'; data: { name: string; passed: boolean; expected: string; got: string; role?: string; ms: number } }
	| { phase: 'passed'; data: { summary: string; ms: number; evidence?: Record<string, unknown> } }
	| { phase: 'failed'; data: { failure: Failure; ms: number } }
	| { phase: 'skipped'; data: { summary: string } }
	/** What the target looked like; one a second. */
	| { phase: 'sample'; data: Sample }
	/** The limits for the samples, written once when watching starts. */
	| { phase: 'limits'; data: Limits }
	| { phase: 'truth'; data: Truth }
	| { phase: 'status'; data: { status: RunStatus } };

export type JournalRow = { seq: number; at: string; step: Step } & JournalEvent;
