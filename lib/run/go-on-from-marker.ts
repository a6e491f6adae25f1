import { sentence } from '#lib/domain/wording/sentence.ts';
import { goOnAfterCommit } from './after-commit.ts';
import { endRolledBack } from './ending/end-rolled-back.ts';
import { endUnknown } from './ending/end-unknown.ts';
import { LostOwnership } from './owner/journal.ts';
import type { OpenRun } from './owner/open-run.ts';
import { failureOf, recordStep } from './owner/step.ts';
import { tellTruth } from './owner/tell-truth.ts';
import { settleCommit } from './transaction/settle-commit.ts';
import { CommitUnknown } from './transaction/transaction.ts';

/**
 * The run was interrupted, by a failure or by the death of its owner. The marker, not the exception, decides where it continues.
 * Committed: at the smoke tests, or at its end. Not applied: with the proof that nothing changed. Neither can be shown: people must decide.
 */
export async function goOnFromMarker(run: OpenRun, { error, takenOver }: { error: unknown; takenOver: boolean }): Promise<void> {
	if (error instanceof LostOwnership) throw error;
	const { xid } = await run.store.run.findUniqueOrThrow({ where: { id: run.runId }, select: { xid: true } });
	const began = xid !== null;
	// Without a transaction there is no marker to ask for, and the target may not even answer.
	if (!began && !takenOver) return endRolledBack(run, { error, began });
	const settled = await settleCommit(run, xid);
	await recordStep(run, 'run.settled', { ...settled, xid });
	if (settled.kind === 'committed') {
		if (run.truth.kind !== 'committed') await tellTruth(run, 'transaction', { kind: 'committed', at: settled.at, late: true });
		return goOnAfterCommit(run);
	}
	if (settled.kind === 'not_applied' || !began) return endRolledBack(run, { error, began });
	return endUnknown(run, new CommitUnknown(`${sentence(failureOf(error).message)} Checked whether it committed: ${settled.why}.`));
}
