import type { Row } from '../row.ts';
import { smokeTestCut } from './after-commit/25-smoke-test-cut.ts';
import { smokeTestFalse } from './after-commit/26-smoke-test-false.ts';
import { smokeTestSilent } from './after-commit/40-smoke-test-silent.ts';
import { workerToldToStop } from './after-commit/42-worker-told-to-stop.ts';
import { workerElsewhere } from './after-commit/48-worker-elsewhere.ts';
import { askedAgainWithoutTarget } from './after-commit/49-asked-again-without-target.ts';
import { othersWhileItWaits } from './after-commit/53-others-while-it-waits.ts';
import { priceThroughACrash } from './after-commit/54-price-through-a-crash.ts';
import { crashBeforeTheLook } from './after-commit/55-crash-before-the-look.ts';
import { decisionKeptInTarget } from './after-commit/58-decision-kept-in-target.ts';
import { workerDiesEnding } from './after-commit/62-worker-dies-ending.ts';
import { alertAfterEnd } from './after-commit/65-alert-after-end.ts';
import { twoWorkers } from './before-begin/05-two-workers.ts';
import { signerGone } from './before-begin/06-signer-gone.ts';
import { windowEndsBeforeBegin } from './before-begin/07-window-ends-before-begin.ts';
import { diskFull } from './before-begin/09-disk-full.ts';
import { pgDumpKilled } from './before-begin/10-pg-dump-killed.ts';
import { workerKilledInBackup } from './before-begin/11-worker-killed-in-backup.ts';
import { backupDamaged } from './before-begin/12-backup-damaged.ts';
import { backupSwapped } from './before-begin/13-backup-swapped.ts';
import { partialSight } from './before-begin/14-partial-sight.ts';
import { maintenanceEndpoint } from './before-begin/15-maintenance-endpoint.ts';
import { archiverFailing } from './before-begin/35-archiver-failing.ts';
import { doubleClick } from './before-begin/37-double-click.ts';
import { decisionPendingElsewhere } from './before-begin/57-decision-pending-elsewhere.ts';
import { commitCutAfter } from './commit/20-commit-cut-after.ts';
import { commitCutBefore } from './commit/21-commit-cut-before.ts';
import { targetCrashes } from './commit/22-target-crashes.ts';
import { consoleDatabaseDown } from './commit/23-console-database-down.ts';
import { commitTagRollback } from './commit/24-commit-tag-rollback.ts';
import { abortMeetsCommit } from './commit/43-abort-meets-commit.ts';
import { failedOver } from './commit/61-failed-over.ts';
import { crashAfterTheAnswer } from './commit/71-crash-after-the-answer.ts';
import { crashAtEveryGap } from './everywhere/31-crash-at-every-gap.ts';
import { recordRefused } from './everywhere/32-record-refused.ts';
import { parallelRecord } from './everywhere/33-parallel-record.ts';
import { webRestarts } from './everywhere/34-web-restarts.ts';
import { consoleDatabaseSilent } from './everywhere/41-console-database-silent.ts';
import { targetNotInFile } from './everywhere/45-target-not-in-file.ts';
import { workerKilledRehearsing } from './rehearsal/72-worker-killed-rehearsing.ts';
import { targetCrashesRehearsing } from './rehearsal/73-target-crashes-rehearsing.ts';
import { rehearsalServerCrashes } from './rehearsal/74-rehearsal-server-crashes.ts';
import { consoleDownRehearsing } from './rehearsal/75-console-down-rehearsing.ts';
import { runBeginsAtRestore } from './rehearsal/76-run-begins-at-restore.ts';
import { restoreKilled } from './restore/27-restore-killed.ts';
import { restoreDiskFull } from './restore/28-restore-disk-full.ts';
import { restoreBlocked } from './restore/29-restore-blocked.ts';
import { crashBetweenRenames } from './restore/30-crash-between-renames.ts';
import { targetSilentAtRestore } from './restore/44-target-silent-at-restore.ts';
import { serviceDoesNotStop } from './restore/46-service-does-not-stop.ts';
import { swappedAndNotOpened } from './restore/47-swapped-and-not-opened.ts';
import { changedBeforeTheSwap } from './restore/56-changed-before-the-swap.ts';
import { keptCopyChanged } from './restore/59-kept-copy-changed.ts';
import { keptCopyLookedAfter } from './restore/60-kept-copy-looked-after.ts';
import { editedAfterSigning } from './signing/01-edited-after-signing.ts';
import { sessionRevokedMidSign } from './signing/02-session-revoked-mid-sign.ts';
import { parallelSignatures } from './signing/03-parallel-signatures.ts';
import { replyToSignatureLost } from './signing/04-reply-to-signature-lost.ts';
import { windowEndsMidTransaction } from './transaction/08-window-ends-mid-transaction.ts';
import { lockHeld } from './transaction/16-lock-held.ts';
import { backendTerminated } from './transaction/17-backend-terminated.ts';
import { workerKilledInTransaction } from './transaction/18-worker-killed-in-transaction.ts';
import { workerPaused } from './transaction/19-worker-paused.ts';
import { watcherDies } from './transaction/36-watcher-dies.ts';
import { othersWait } from './transaction/38-others-wait.ts';
import { lineSilent } from './transaction/39-line-silent.ts';
import { maintenanceOffForAWhile } from './transaction/63-maintenance-off-for-a-while.ts';

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
	workerToldToStop,
	abortMeetsCommit,
	targetSilentAtRestore,
	targetNotInFile,
	serviceDoesNotStop,
	swappedAndNotOpened,
	workerElsewhere,
	askedAgainWithoutTarget,
	othersWhileItWaits,
	priceThroughACrash,
	crashBeforeTheLook,
	changedBeforeTheSwap,
	decisionPendingElsewhere,
	decisionKeptInTarget,
	keptCopyChanged,
	keptCopyLookedAfter,
	failedOver,
	workerDiesEnding,
	alertAfterEnd,
	maintenanceOffForAWhile,
	crashAfterTheAnswer,
	workerKilledRehearsing,
	targetCrashesRehearsing,
	rehearsalServerCrashes,
	consoleDownRehearsing,
	runBeginsAtRestore,
];
