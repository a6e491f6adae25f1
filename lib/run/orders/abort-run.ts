import type { Actor } from '#lib/access/actor.ts';
import { mayAbort } from '#lib/access/policy.ts';
import { isOutcome, type Truth } from '#lib/domain/run.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { attempt } from '#lib/record/attempt.ts';
import { SUBJECT_OF_RUN, subjectOfRun } from '#lib/run/owner/run-subject.ts';
import type { Store } from '#lib/store/client.ts';

/**
 * Anybody on the team may abort. The run's owner is notified at once and does what is still possible: before COMMIT it rolls back,
 * after COMMIT it stops what follows and offers the restore. What must be finished, above all COMMIT, is not stopped,
 * and the person reads that instead.
 */
export function abortRun(input: { store: Store; actor: Actor; runId: string; reason: string }): Promise<Result<null>> {
	return attempt({ ...input, act: 'abort a run', about: input }, () =>
		input.store.$transaction(async (tx) => {
			const { actor, runId, reason } = input;
			const allowed = mayAbort(actor);
			if (allowed !== true) throw new Refusal('forbidden', allowed);
			// The owner locks this row right before what cannot be stopped: either it sees the abort, or the abort is refused.
			await tx.$queryRaw`select 1 from run where id = ${runId}::uuid for share`;
			const run = await tx.run.findUnique({
				where: { id: runId },
				include: SUBJECT_OF_RUN,
			});
			if (!run) throw new Refusal('not_found', 'This run does not exist.');
			if (isOutcome(run.status)) throw new Refusal('conflict', 'This run is over and can no longer be aborted.');
			if (run.status === 'awaiting_restore') throw new Refusal('conflict', 'The run has stopped already and waits for a decision.');
			if ((run.truth as Truth).kind === 'checking')
				throw new Refusal('conflict', 'COMMIT is under way and was not stopped. This page will show in a moment whether it happened.');
			if (run.kept) throw new Refusal('conflict', 'Two people have decided to keep this change: the run can no longer be aborted.');
			if (run.abortsRefused) throw new Refusal('conflict', run.abortsRefused);
			await tx.runAbort.create({ data: { runId, personId: actor.id, reason } });
			await appendRecord(tx, {
				kind: 'run.abort_requested',
				actor: { id: actor.id, name: actor.name },
				subject: subjectOfRun(run),
				data: { reason },
			});
			return null;
		}),
	);
}
