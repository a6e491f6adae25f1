import { z } from 'zod';
import { type ChangeStatus, CLOSABLE, changeName } from '#lib/domain/change.ts';
import { restoreNames } from '#lib/domain/database-names.ts';
import { type Failure, isOutcome, type Outcome, type RestorePrice, type RunStatus, type Truth } from '#lib/domain/run.ts';
import { windowAt } from '#lib/domain/window.ts';
import type { Store } from '#lib/store/client.ts';
import { readJournalTail } from '#lib/stream/read-journal.ts';
import { readRunVersion } from '#lib/stream/read-run-version.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

/** A window that stays open longer is not worth a countdown. */
const DAY_MS = 86_400_000;

/** The parts of a kept backup that people are shown. */
const backupSchema = z.object({
	folder: z.string(),
	bytes: z.number(),
	sha256: z.string(),
	completedAt: z.string(),
	/** A run of before there was such a thing has none. */
	replacement: z.string().nullable().catch(null),
});

/** What the run page shows beside its journal, and the journal as it is now; null when there is no such run. */
export async function readRun({ store, targets, runId, now }: { store: Store; targets: Targets; runId: string; now: Date }) {
	if (!z.uuid().safeParse(runId).success) return null;
	const known = await store.run.count({ where: { id: runId } });
	if (known === 0) return null;
	// In this order: a version read before the rest makes the page look again, one read after could hide a change.
	const version = await readRunVersion(store, runId);
	const run = await store.run.findUniqueOrThrow({
		where: { id: runId },
		select: {
			number: true,
			changeId: true,
			target: true,
			digest: true,
			requesterId: true,
			status: true,
			truth: true,
			failure: true,
			backup: true,
			price: true,
			fingerprintBefore: true,
			fingerprintAfter: true,
			claimedAt: true,
			endedAt: true,
			operator: { select: { name: true } },
			change: { select: { number: true, title: true, status: true, _count: { select: { runs: true } } } },
			confirmations: { select: { capacity: true, personId: true, at: true, person: { select: { name: true } } } },
		},
	});
	const removed = await store.recordEntry.count({ where: { runId, kind: 'restore.failed_database_removed' } });
	const journal = await readJournalTail(store, runId);
	const target = targets.byName.get(run.target);
	const window = target ? windowAt(target.window, now) : null;
	const status = run.status as RunStatus;
	return {
		head: {
			number: run.number,
			change: { number: run.change.number, name: changeName(run.change.number), title: run.change.title },
			target: run.target,
			digest: run.digest,
			operator: run.operator.name,
			claimedAt: run.claimedAt.toISOString(),
			closesAt: window?.open && window.remainingMs < DAY_MS ? window.closesAt.toISOString() : null,
		},
		opened: { runId, status, version: version.word, over: version.over, ...journal },
		status,
		outcome: isOutcome(status) ? (status satisfies Outcome) : null,
		truth: run.truth as Truth,
		failure: run.failure as Failure | null,
		backup: backupSchema.nullable().catch(null).parse(run.backup),
		price: run.price as RestorePrice | null,
		fingerprints: { before: run.fingerprintBefore, after: run.fingerprintAfter },
		endedAt: run.endedAt?.toISOString() ?? null,
		hasMaintenanceMode: target !== undefined && target.maintenance !== 'none',
		requesterId: run.requesterId,
		/** Kept aside by a restore, until it is removed. */
		failedDatabase: status === 'restored' && removed === 0 ? restoreNames(runId).keptAs : null,
		confirmations: run.confirmations.map(({ capacity, personId, at, person }) => ({
			capacity: capacity as 'operator' | 'dba',
			personId,
			name: person.name,
			at: at.toISOString(),
		})),
		changeId: run.changeId,
		changeStatus: run.change.status as ChangeStatus,
		/** The checklist is about the change's last run. */
		hasChecklist:
			run.number === run.change._count.runs && [...CLOSABLE, 'closed'].includes(run.change.status as ChangeStatus) && isOutcome(status),
	};
}
export type RunView = NonNullable<Awaited<ReturnType<typeof readRun>>>;
