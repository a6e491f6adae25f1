/**
 * Every way a run's step can fail, each with its meaning in one line. docs/failures.md says for each what was touched and what to do; a test
 * keeps the two in step, and finds codes that nothing throws any more.
 */
export const FAILURE_MEANING = {
	// Claim
	another_run: 'Another run is under way on this target.',
	decision_pending: 'Another run has committed on the target and is not settled yet.',
	not_enrolled: 'The target is not enrolled, or was enrolled by an earlier version of the console.',
	another_database: 'The target is not the database that was signed for.',
	baseline_differs: 'The catalog of the target changed after the revision was filed.',
	not_as_signed: 'The stored revision is not the one that was signed.',
	no_backup_folder: 'The worker’s machine cannot write to the backup folder.',
	target_is_standby: 'The server is a standby.',
	failed_over: 'A different server answers under the target’s name than at the claim.',
	not_rehearsed: 'The way back is shown by a rehearsal on this target, and none of this revision has passed lately.',
	cannot_come_back: 'A restore could not bring something back, or this change removes what it needs.',
	preflight: 'Something on the target or its disks would certainly end the run.',
	// Window
	clock_skew: 'The clocks of the console and the target are too far apart.',
	outside_window: 'The window is closed, or there is a freeze.',
	window_too_short: 'Too little time is left in the window for a restore.',
	// Maintenance mode, backup, way back
	maintenance_not_reported: 'The application does not report maintenance mode.',
	maintenance_off: 'Somebody turned maintenance mode off during the run.',
	backup_failed: 'The backup could not be made, or it did not pass its checks.',
	backup_too_old: 'The backup was too old at BEGIN.',
	way_back_failed: 'The backup could not be restored into a test database.',
	way_back_not_exact: 'The restored backup is not equal to the database.',
	standby_copy_failed: 'The standby copy could not be made.',
	no_room_for_standby_copy: 'The database is larger than a standby copy may be.',
	// Quiescence, trial
	blocked: 'Other sessions would queue with our locks.',
	written_since_backup: 'Somebody wrote to the target after the backup.',
	trial_failed: 'A view did not run as the restricted role.',
	// Transaction
	sql_error: 'PostgreSQL refused a statement of the bundle.',
	session_changed: 'A statement changed the transaction or its limits.',
	console_locked_out: 'The change would take from the console what it needs on the target.',
	changed_by_others: 'Somebody else changed the database during the transaction.',
	not_as_rehearsed: 'The change did something else than in its rehearsal.',
	deferred_constraint: 'A deferred constraint is violated after the bundle.',
	verification_failed: 'A verification did not give the expected result.',
	change_log_failed: 'The change-log row could not be written.',
	no_answer: 'The server did not answer a statement in time, not even after it was cancelled.',
	commit_failed: 'COMMIT was sent but did not happen.',
	commit_unknown: 'It is not known whether COMMIT happened.',
	// Watching
	watching_died: 'The target could no longer be watched.',
	errors_logged: 'The target logged as many errors as the limit.',
	deadlocks: 'The target had more deadlocks than the limit.',
	slow_response: 'The application answered too slowly, or not at all.',
	high_cpu: 'The CPU of the target’s host stayed over the limit.',
	cpu_not_measured: 'The CPU of the target’s host is not measured, and the target requires it.',
	others_wait: 'Others waited behind our locks for longer than the limit.',
	// After COMMIT
	smoke_test_failed: 'A smoke test did not give the expected result.',
	smoke_test_inconclusive: 'A smoke test gave no answer that could be used.',
	health_check_failed: 'The application’s health endpoint reported a problem.',
	application_not_ready: 'The application could not be prepared for the smoke tests.',
	restore_not_exact: 'The restored database is not equal to the one before the change.',
	price_changed: 'A restore would now lose something else than was confirmed.',
	copy_opened: 'Somebody opened the database that was about to take the live one’s place.',
	backup_not_here: 'The dump is not on the machine of this worker.',
	target_unreachable: 'The target could not be reached after COMMIT.',
	swap_unfinished: 'The swap of a restore was interrupted and could not be finished or reverted yet.',
	// Rehearsals
	rehearsal_not_safe: 'What nobody has signed yet could act beyond the copy that it is rehearsed on.',
	rehearsal_server_differs: 'The server for rehearsals is not like that of the target.',
	rehearsal_server_lost: 'The server that a rehearsal was on crashed, stopped or could not be reached.',
	rehearsal_disk_full: 'There was no room left on a disk that a rehearsal needs.',
	rehearsal_too_large: 'The database is larger than one that is rehearsed may be.',
	rehearsal_too_long: 'A rehearsal took longer than it may.',
	reader_not_usable: 'A role that the target’s readers or queries name cannot be used.',
	rehearsal_stopped: 'Somebody stopped the rehearsal.',
	rehearsal_void: 'Nobody can sign or run any more what was being rehearsed.',
	rows_revealed: 'The change shows a reader rows that were not for their eyes.',
	// Any time
	aborted: 'Somebody aborted the run.',
	worker_stopping: 'The worker had to stop before COMMIT.',
	interrupted: 'The run was interrupted before COMMIT, and another worker took it over.',
	target_not_reached: 'The worker could not connect to the target’s server.',
	unexpected: 'An unexpected error happened.',
} as const;

export type FailureCode = keyof typeof FAILURE_MEANING;

/** Where people read what a failure means: its paragraph in docs/failures.md, as the console serves it. */
export function failurePage(code: FailureCode): string {
	return `/operations/failures#${code}`;
}
