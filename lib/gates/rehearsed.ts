import type { RehearsalReport } from '#lib/domain/rehearsed/rehearsal.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';
import { type GateContext, StepFailed } from './gate.ts';

/** The rehearsal that shows a run's way back, as the run's record holds it. */
export type Rehearsed = {
	id: string;
	/** ISO 8601. */
	endedAt: string;
	/** SHA-256 of its report. */
	report: string;
	/** The backup that it restored twice. */
	backup: { takenAt: string; sha256: string };
};

type Ask = {
	target: Target;
	/** Of this revision only: another one voids it. */
	revision: { id: string } | { changeId: string; number: number };
};

/**
 * Whether a rehearsal shows the way back of a run that begins at `at`, where the target's is `rehearsed`: the last one of that revision that
 * has ended must have passed, and be no older than the target allows. `lacking` says in words what is missing.
 */
export async function readRehearsed(
	store: Store | StoreTransaction,
	{ target, revision, at }: Ask & { at: Date },
): Promise<{ rehearsed: Rehearsed; countsUntil: Date } | { lacking: string }> {
	const last = await store.rehearsal.findFirst({
		where: { revision, endedAt: { not: null } },
		orderBy: { endedAt: 'desc' },
		select: { id: true, status: true, endedAt: true, report: true, reportHash: true },
	});
	if (!last?.endedAt || !last.reportHash) return { lacking: 'no rehearsal of this revision has ended yet' };
	if (last.status !== 'passed') return { lacking: 'the last rehearsal of this revision failed' };
	const { backup, restoreAgain } = last.report as RehearsalReport;
	if (!backup || !restoreAgain) return { lacking: 'the last rehearsal of this revision restored no backup' };
	// A backup that was used again is no younger for that.
	const shownAt = backup.usedAgain ? new Date(backup.takenAt) : last.endedAt;
	const countsUntil = new Date(shownAt.getTime() + target.rehearsal.freshness);
	if (at > countsUntil) return { lacking: `the last rehearsal of this revision counted until ${instantWords(countsUntil.toISOString())}` };
	const { takenAt, sha256 } = backup;
	return {
		rehearsed: { id: last.id, endedAt: last.endedAt.toISOString(), report: last.reportHash, backup: { takenAt, sha256 } },
		countsUntil,
	};
}

/** What shows the way back of this run; null where the target's is another. Throws, before anything is turned on, when it is missing or too old. */
export async function assertRehearsed(store: Store, { target, plan }: Pick<GateContext, 'target' | 'plan'>): Promise<Rehearsed | null> {
	if (target.wayBack !== 'rehearsed') return null;
	const read = await readRehearsed(store, {
		target,
		revision: { changeId: plan.changeId, number: plan.revision },
		at: new Date(),
	});
	if ('rehearsed' in read) return read.rehearsed;
	throw new StepFailed({
		code: 'not_rehearsed',
		message: `The way back of this change is not shown: ${read.lacking}.`,
		instead: 'Nothing was changed. Rehearse the revision, and execute again when that has passed.',
	});
}
