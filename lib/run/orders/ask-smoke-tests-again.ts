import type { Actor } from '#lib/access/actor.ts';
import { mayDecideRun } from '#lib/access/policy.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { attempt } from '#lib/record/attempt.ts';
import { hearAborts } from '#lib/run/owner/heed-aborts.ts';
import type { Store } from '#lib/store/client.ts';
import type { EnqueueRun } from '#lib/store/queue.ts';
import { lockWaitingRun } from './confirm-restore.ts';

/** Runs the smoke tests of a committed run again, after somebody has fixed what made them fail. All confirmations become void. */
export function askSmokeTestsAgain(input: { store: Store; actor: Actor; runId: string; enqueue: EnqueueRun }): Promise<Result<null>> {
	return attempt({ ...input, act: 'run the smoke tests again', about: input }, () =>
		input.store.$transaction(async (tx) => {
			const { actor, runId, enqueue } = input;
			const run = await lockWaitingRun(tx, runId);
			const allowed = mayDecideRun(actor);
			if (allowed !== true) throw new Refusal('forbidden', allowed);
			await tx.restoreConfirmation.deleteMany({ where: { runId } });
			await tx.keepConfirmation.deleteMany({ where: { runId } });
			const { count } = await tx.run.updateMany({ where: { id: runId, status: 'awaiting_restore' }, data: { status: 'running' } });
			if (count !== 1) throw new Refusal('conflict', 'The run has changed in the meantime. Reload the page.');
			await hearAborts(tx, runId);
			await appendRecord(tx, {
				kind: 'smoke_tests.asked_again',
				actor: { id: actor.id, name: actor.name },
				subject: run.subject,
				data: {},
			});
			await enqueue(tx, runId);
			return null;
		}),
	);
}
