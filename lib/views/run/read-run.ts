import { z } from 'zod';
import { priceKeep } from '#lib/change/price-keep.ts';
import { type ChangeStatus, CLOSABLE, changeName } from '#lib/domain/change.ts';
import type { ClosableOutcome } from '#lib/domain/checklist.ts';
import type { Kept } from '#lib/domain/keep-price.ts';
import { readPrice } from '#lib/domain/restore-price.ts';
import { type Failure, isOutcome, type Outcome, type RunStatus, type Truth } from '#lib/domain/run.ts';
import { restoreNames } from '#lib/domain/target/database-names.ts';
import { windowAt } from '#lib/domain/target/window.ts';
import type { Store } from '#lib/store/client.ts';
import { readJournalTail } from '#lib/stream/read-journal.ts';
import { VERSIONED, versionOf } from '#lib/stream/read-run-version.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { countChecks } from '#lib/views/change/read-checks.ts';
import { readEstimate } from './read-estimate.ts';

/** A window that stays open longer gets no countdown. */
const DAY_MS = 86_400_000;

/** The parts of a kept backup that people see. */
const backupSchema = z.object({
	folder: z.string(),
	bytes: z.number(),
	sha256: z.string(),
	completedAt: z.string(),
	/** Runs of older versions have none. */
	replacement: z.string().nullable().catch(null),
});

/** What the run page shows besides its journal, and the journal so far; null when the run does not exist. */
export async function readRun({ store, targets, runId, now }: { store: Store; targets: Targets; runId: string; now: Date }) {
	if (!z.uuid().safeParse(runId).success) return null;
	const run = await store.run.findUnique({
		where: { id: runId },
		select: {
			...VERSIONED,
			number: true,
			changeId: true,
			target: true,
			digest: true,
			requesterId: true,
			truth: true,
			failure: true,
			backup: true,
			fingerprintBefore: true,
			fingerprintAfter: true,
			claimedAt: true,
			operator: { select: { name: true } },
			change: { select: { number: true, title: true, status: true, closedAs: true, _count: { select: { runs: true } } } },
			kept: true,
			revision: { select: { id: true, manifest: true, statementCount: true } },
			keeps: { select: { capacity: true, personId: true, at: true, maintenanceOff: true, person: { select: { name: true } } } },
			confirmations: { select: { capacity: true, personId: true, at: true, person: { select: { name: true } } } },
		},
	});
	if (!run) return null;
	const version = versionOf(run);
	const status = run.status as RunStatus;
	// Read after the version: what comes later makes the page read again, and what came before is not hidden.
	const journal = await readJournalTail(store, runId);
	const target = targets.byName.get(run.target);
	const estimate = isOutcome(status)
		? null
		: await readEstimate(store, {
				target: run.target,
				revisionId: run.revision.id,
				statements: run.revision.statementCount,
				claimedAt: run.claimedAt,
			});
	const window = target ? windowAt(target.window, now) : null;
	return {
		head: {
			number: run.number,
			change: { number: run.change.number, name: changeName(run.change.number), title: run.change.title },
			target: run.target,
			digest: run.digest,
			operator: run.operator.name,
			claimedAt: run.claimedAt.toISOString(),
			estimate,
			closesAt: window?.open && window.remainingMs < DAY_MS ? window.closesAt.toISOString() : null,
		},
		opened: { runId, status, version: version.word, over: version.over, ...journal },
		status,
		outcome: isOutcome(status) ? (status satisfies Outcome) : null,
		truth: run.truth as Truth,
		failure: run.failure as Failure | null,
		backup: backupSchema.nullable().catch(null).parse(run.backup),
		price: readPrice(run.price),
		fingerprints: { before: run.fingerprintBefore, after: run.fingerprintAfter },
		endedAt: run.endedAt?.toISOString() ?? null,
		hasMaintenanceMode: target !== undefined && target.maintenance !== 'none',
		requesterId: run.requesterId,
		/** Kept by a restore until it is removed. */
		failedDatabase: status === 'restored' && !(await isRemoved(store, runId)) ? restoreNames(runId).keptAs : null,
		confirmations: run.confirmations.map(({ capacity, personId, at, person }) => ({
			capacity: capacity as 'operator' | 'dba',
			personId,
			name: person.name,
			at: at.toISOString(),
		})),
		/** Smoke tests that the plan names. */
		smokeTests: countChecks(Buffer.from(run.revision.manifest)).smokeTests,
		kept: run.kept as Kept | null,
		keep:
			status === 'awaiting_restore'
				? {
						price: await priceKeep(store, runId),
						confirmations: run.keeps.map(({ capacity, personId, at, maintenanceOff, person }) => ({
							capacity: capacity as 'operator' | 'dba',
							personId,
							name: person.name,
							maintenanceOff,
							at: at.toISOString(),
						})),
					}
				: null,
		changeId: run.changeId,
		changeStatus: run.change.status as ChangeStatus,
		/** The outcome that the change was closed with; null while it is not closed. */
		closedAs: run.change.closedAs as ClosableOutcome | null,
		/** The checklist belongs to the change's last run. */
		hasChecklist:
			run.number === run.change._count.runs && [...CLOSABLE, 'closed'].includes(run.change.status as ChangeStatus) && isOutcome(status),
	};
}
/** Whether somebody has removed the failed database that a restore kept. */
async function isRemoved(store: Store, runId: string): Promise<boolean> {
	return (await store.recordEntry.count({ where: { runId, kind: 'restore.failed_database_removed' } })) > 0;
}

export type RunView = NonNullable<Awaited<ReturnType<typeof readRun>>>;
