/**
 * Every way a run's step can fail, each with its meaning in a line. docs/failures.md says of each what was touched and what to do; a test
 * keeps the two together, and finds a code that nothing throws any more.
 */
export const FAILURE_MEANING = {
	// Claim
	another_run: 'Another run holds the lock of this target.',
	another_database: 'The target is not the database that was signed for.',
	baseline_differs: 'The catalog of the target changed after the revision was filed.',
	not_as_signed: 'What is stored is not what was signed.',
	no_backup_folder: 'The machine of the worker cannot write to the backup folder.',
	target_is_standby: 'The server that answers is a standby.',
	failed_over: 'Another server answers under the target’s name than at the claim.',
	cannot_come_back: 'The database holds something that a restore could not bring back.',
	// Window
	clock_skew: 'The clocks of the console and the target are too far apart.',
	outside_window: 'The window is closed, or a freeze is on.',
	window_too_short: 'Too little of the window is left for a restore to fit.',
	// Maintenance mode, backup, way back
	maintenance_not_reported: 'The application does not report maintenance mode.',
	maintenance_off: 'Somebody switched maintenance mode off during the run.',
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
	deferred_constraint: 'A deferred constraint does not hold after the bundle.',
	verification_failed: 'A verification did not give the expected result.',
	change_log_failed: 'The row of the change log could not be written.',
	no_answer: 'A statement was not answered in time, even after it was cancelled.',
	commit_failed: 'COMMIT was sent and did not happen.',
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
	health_check_failed: 'The application’s health endpoint answered that it is not well.',
	restore_not_exact: 'The restored database is not equal to the one before the change.',
	price_rose: 'A restore would now lose more than was confirmed.',
	backup_not_here: 'The dump is not on the machine of this worker.',
	target_unreachable: 'The target could not be asked after COMMIT.',
	swap_unfinished: 'The swap of a restore was cut short and could not be finished or reverted yet.',
	// Any time
	aborted: 'Somebody pressed Abort.',
	worker_stopping: 'The worker was told to stop before COMMIT.',
	interrupted: 'The run was interrupted before COMMIT, and a worker took it up again.',
	target_not_reached: 'The target’s server could not be connected to.',
	unexpected: 'Something happened that no step foresaw.',
} as const;

export type FailureCode = keyof typeof FAILURE_MEANING;

/** Where people read what a failure means: its paragraph of docs/failures.md, as the console serves it. */
export function failurePage(code: FailureCode): string {
	return `/operations/failures#${code}`;
}
