import { recordVoided, voidChanges } from '#lib/change/void-changes.ts';
import type { ChangeStatus } from '#lib/domain/change.ts';
import { type Failure, OUTCOME_TITLE, type Outcome } from '#lib/domain/run.ts';
import type { TargetIdentity } from '#lib/domain/target/target.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { failpoint } from '#lib/run/owner/failpoint.ts';
import { updateOwnRun } from '#lib/run/owner/journal.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { endPending } from '#lib/run/owner/pending-decision.ts';
import { step } from '#lib/run/owner/step.ts';

type End = {
	outcome: Outcome;
	failure: Failure | null;
	summary: string;
	/** After a restore: which database the target is now. Other changes that were signed for the one before are void. */
	restored?: { identity: TargetIdentity; reason: string };
};

/** Step 9. The outcome, the change's new status and the entry of the record, in one transaction: who is to be told is told by that entry. */
export async function endRun(run: OpenRun, { restored, ...end }: End): Promise<void> {
	const { store, runId, journal, subject, plan } = run;
	await step(run, 'record', async () => ({ summary: `${OUTCOME_TITLE[end.outcome]}: ${end.summary}`, value: null }));
	journal.tell('record', { phase: 'status', data: { status: end.outcome } });
	await journal.flush();
	await store.$transaction(async (tx) => {
		await updateOwnRun(tx, run, { status: end.outcome, endedAt: new Date(), ...(end.failure ? { failure: end.failure } : {}) });
		const status: ChangeStatus = end.outcome;
		const { count } = await tx.change.updateMany({ where: { id: plan.changeId, status: 'running' }, data: { status } });
		if (count !== 1) throw new Error(`${plan.change} is no longer running, but its run ${runId} has just ended`);
		const voided = restored ? await voidChanges(tx, { target: run.target.name, identity: restored.identity }) : [];
		await appendRecord(tx, { kind: 'run.ended', actor: { id: null, name: 'system' }, subject, data: { ...end, truth: run.truth } });
		if (restored) await recordVoided(tx, voided, { reason: restored.reason, runId });
	});
	// Not earlier: a worker that takes over a run that has not ended must find it pending. A restore has set it aside; unknown is not settled.
	if (end.outcome === 'succeeded' || end.outcome === 'kept') await endPending(run);
	failpoint('ended', 'after');
}
