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
import { backupDamaged } from './12-backup-damaged.ts';
import { partialSight } from './14-partial-sight.ts';
import { maintenanceEndpoint } from './15-maintenance-endpoint.ts';
import { backendTerminated } from './17-backend-terminated.ts';

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
	backupDamaged,
	partialSight,
	maintenanceEndpoint,
	backendTerminated,
];
