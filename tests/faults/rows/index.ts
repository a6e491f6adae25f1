import type { Row } from '../row.ts';
import { editedAfterSigning } from './01-edited-after-signing.ts';
import { sessionRevokedMidSign } from './02-session-revoked-mid-sign.ts';
import { parallelSignatures } from './03-parallel-signatures.ts';
import { replyToSignatureLost } from './04-reply-to-signature-lost.ts';
import { twoWorkers } from './05-two-workers.ts';
import { signerGone } from './06-signer-gone.ts';
import { windowEndsBeforeBegin } from './07-window-ends-before-begin.ts';
import { windowEndsMidTransaction } from './08-window-ends-mid-transaction.ts';
import { diskFull } from './09-disk-full.ts';
import { pgDumpKilled } from './10-pg-dump-killed.ts';
import { workerKilledInBackup } from './11-worker-killed-in-backup.ts';
import { backupDamaged } from './12-backup-damaged.ts';
import { backupSwapped } from './13-backup-swapped.ts';
import { partialSight } from './14-partial-sight.ts';
import { maintenanceEndpoint } from './15-maintenance-endpoint.ts';
import { lockHeld } from './16-lock-held.ts';
import { backendTerminated } from './17-backend-terminated.ts';
import { workerKilledInTransaction } from './18-worker-killed-in-transaction.ts';
import { workerPaused } from './19-worker-paused.ts';
import { commitCutAfter } from './20-commit-cut-after.ts';
import { commitCutBefore } from './21-commit-cut-before.ts';
import { targetCrashes } from './22-target-crashes.ts';
import { consoleDatabaseDown } from './23-console-database-down.ts';
import { commitTagRollback } from './24-commit-tag-rollback.ts';
import { smokeTestCut } from './25-smoke-test-cut.ts';
import { smokeTestFalse } from './26-smoke-test-false.ts';
import { restoreKilled } from './27-restore-killed.ts';
import { restoreDiskFull } from './28-restore-disk-full.ts';
import { restoreBlocked } from './29-restore-blocked.ts';
import { crashBetweenRenames } from './30-crash-between-renames.ts';
import { crashAtEveryGap } from './31-crash-at-every-gap.ts';
import { recordRefused } from './32-record-refused.ts';
import { parallelRecord } from './33-parallel-record.ts';
import { webRestarts } from './34-web-restarts.ts';
import { archiverFailing } from './35-archiver-failing.ts';
import { watcherDies } from './36-watcher-dies.ts';
import { doubleClick } from './37-double-click.ts';
import { othersWait } from './38-others-wait.ts';
import { lineSilent } from './39-line-silent.ts';
import { smokeTestSilent } from './40-smoke-test-silent.ts';
import { consoleDatabaseSilent } from './41-console-database-silent.ts';

/** The fault table, in its order. */
export const ROWS: Row[] = [
	editedAfterSigning,
	sessionRevokedMidSign,
	parallelSignatures,
	replyToSignatureLost,
	twoWorkers,
	signerGone,
	windowEndsBeforeBegin,
	windowEndsMidTransaction,
	diskFull,
	pgDumpKilled,
	workerKilledInBackup,
	backupDamaged,
	backupSwapped,
	partialSight,
	maintenanceEndpoint,
	lockHeld,
	backendTerminated,
	workerKilledInTransaction,
	workerPaused,
	commitCutAfter,
	commitCutBefore,
	targetCrashes,
	consoleDatabaseDown,
	commitTagRollback,
	smokeTestCut,
	smokeTestFalse,
	restoreKilled,
	restoreDiskFull,
	restoreBlocked,
	crashBetweenRenames,
	crashAtEveryGap,
	recordRefused,
	parallelRecord,
	webRestarts,
	archiverFailing,
	watcherDies,
	doubleClick,
	othersWait,
	lineSilent,
	smokeTestSilent,
	consoleDatabaseSilent,
];
