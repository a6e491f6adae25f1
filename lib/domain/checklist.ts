import type { Outcome } from './run.ts';

export const CHECKLIST_STATES = ['passed', 'failed', 'not_applicable'] as const;
export type ChecklistState = (typeof CHECKLIST_STATES)[number];
export const CHECKLIST_STATE_TITLE: Record<ChecklistState, string> = {
	passed: 'Passed',
	failed: 'Failed',
	not_applicable: 'Not applicable',
};

/** What a measurement says of a point now, and in words of what it says so. `unknown`: nothing measured it, or it is not over yet. */
export type Measured = { state: 'passed' | 'failed' | 'unknown'; words: string };

/** `needsNote`: nothing can measure it, and "passed" alone would say nothing. */
type Point = { item: string; title: string; needsNote?: true };

const NO_ERRORS = { item: 'no_errors', title: 'No errors in the 10 minutes after the run' } as const;
const AUDIT_LOG = { item: 'audit_log', title: 'The record shows the complete execution' } as const;
const PERFORMANCE = { item: 'performance', title: 'Performance metrics normal' } as const;
const COMPLAINTS = { item: 'complaints', title: 'No user complaints' } as const;

/** The seed's post-execution checklist, after a change that stays. */
const APPLIED = [
	{ item: 'smoke_tests', title: 'All smoke tests passed' },
	NO_ERRORS,
	{ item: 'health', title: 'Application health check green' },
	AUDIT_LOG,
	PERFORMANCE,
	COMPLAINTS,
	{ item: 'backup', title: 'Backup verification completed' },
	{ item: 'way_back', title: 'Way back still viable' },
] as const satisfies Point[];

/** The same, where people have kept it although checks failed. */
const KEPT = [
	...APPLIED,
	{ item: 'failures_owned', title: 'Who sees to the failed checks is known to all', needsNote: true },
] as const satisfies Point[];

const RESTORED = [
	{ item: 'restore_exact', title: 'The restored database equals the one before the change' },
	{ item: 'restored_checked', title: 'The restored database was checked by somebody who knows it', needsNote: true },
	{ item: 'health', title: 'Application healthy on the restored data' },
	{ item: 'losses_known', title: 'What others lost is known to them' },
	NO_ERRORS,
	AUDIT_LOG,
	PERFORMANCE,
	COMPLAINTS,
] as const satisfies Point[];

/** Nothing was committed: the transaction was rolled back, or a gate stopped the run before it. */
const ROLLED_BACK = [
	{ item: 'nothing_changed', title: 'Nothing of the change is left in the target' },
	{ item: 'maintenance_off', title: 'Maintenance mode is off' },
	{ item: 'cause_known', title: 'Why it stopped is known', needsNote: true },
	{ item: 'health', title: 'Application healthy' },
	NO_ERRORS,
	AUDIT_LOG,
	COMPLAINTS,
] as const satisfies Point[];

type AnyPoint = (typeof KEPT)[number] | (typeof RESTORED)[number] | (typeof ROLLED_BACK)[number];
export type ChecklistItem = AnyPoint['item'];
export type ChecklistPoint = { item: ChecklistItem; title: string; needsNote?: true };

/** Outcomes after which a change is closed by its checklist. Unknown is first decided by a human. */
export type ClosableOutcome = Exclude<Outcome, 'unknown'>;
const LISTS: Record<ClosableOutcome, readonly ChecklistPoint[]> = {
	succeeded: APPLIED,
	kept: KEPT,
	restored: RESTORED,
	rolled_back: ROLLED_BACK,
};

/** The points that fit how a run ended. */
export function checklistOf(outcome: ClosableOutcome): readonly ChecklistPoint[] {
	return LISTS[outcome];
}

export const CHECKLIST_ITEMS = [...new Set([...KEPT, ...RESTORED, ...ROLLED_BACK].map(({ item }) => item))] as [
	ChecklistItem,
	...ChecklistItem[],
];

/** As the list of that outcome words it; as any list does where the outcome is not known. */
export function pointTitle(item: string): string | null {
	return [...KEPT, ...RESTORED, ...ROLLED_BACK].find((point) => point.item === item)?.title ?? null;
}

/**
 * Why a person may not say this of a point, or null. A measurement cannot be ticked against; what is not passed, and what was passed
 * without a measurement that could have been there, says why.
 */
export function whyNotSay(point: ChecklistPoint, said: { state: ChecklistState; note: string }, measured: Measured | null): string | null {
	if (said.state === 'passed' && measured?.state === 'failed')
		return `“${point.title}” was measured, and it failed: ${measured.words}. Say so, or that it does not apply, and why.`;
	if (said.note.trim() !== '') return null;
	if (said.state !== 'passed') return `Say in a note why “${point.title}” is ${CHECKLIST_STATE_TITLE[said.state].toLowerCase()}.`;
	if (point.needsNote) return `Say in a note who has seen to “${point.title}”, and what was found.`;
	if (measured?.state === 'unknown') return `“${point.title}” was not measured (${measured.words}). Say in a note how you know.`;
	return null;
}
