/** Every kind of entry in the record. The word is the past tense of what happened. */
export const RECORD_KINDS = [
	'targets.loaded',
	'person.added',
	'person.roles_set',
	'person.disabled',
	'person.signed_in',
	'person.sign_in_refused',
	'person.signed_out',
	'act.refused',
	'change.filed',
	'change.revised',
	'change.withdrawn',
	'change.signed',
	'change.refused',
	'signature.revoked',
	'change.expired',
	'change.approved',
	'responder.standing_by',
	'run.claimed',
	'run.step_started',
	'run.step_passed',
	'run.step_failed',
	'run.ended',
	'run.abort_requested',
	'run.taken_over',
	'run.settled',
	'run.let_go',
	'run.stalled',
	'run.leftover_removed',
	'restore.offered',
	'restore.confirmed',
	'restore.started',
	'restore.ended',
	'restore.failed_database_removed',
	'smoke_tests.asked_again',
	'alert.sent',
	'alert.failed',
	'checklist.ticked',
	'change.closed',
] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** Who did it. `system` is the console itself: a worker, a timer. */
export type RecordActor = { id: string; name: string } | { id: null; name: 'system' };

/** What it is about. All are optional; the names are the ones people use. */
export type RecordSubject = { change?: string; changeId?: string; revision?: number; runId?: string; target?: string; personId?: string };

export type NewRecordEntry = { kind: RecordKind; actor: RecordActor; subject: RecordSubject; data: Record<string, unknown> };
