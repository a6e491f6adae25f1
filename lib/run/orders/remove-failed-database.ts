import type { Actor } from '#lib/access/actor.ts';
import { confirmPassword } from '#lib/access/confirm-password.ts';
import { mayDecideRun } from '#lib/access/policy.ts';
import { restoreNames } from '#lib/domain/database-names.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { dropDatabase } from '#lib/postgres/backup/restore-database.ts';
import { listDatabases } from '#lib/postgres/catalog/list-databases.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { attempt } from '#lib/record/attempt.ts';
import { SUBJECT_OF_RUN, subjectOfRun } from '#lib/run/owner/run-subject.ts';
import type { Store } from '#lib/store/client.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

export type RemoveInput = { store: Store; targets: Targets; actor: Actor; runId: string; password: string; address: string };

/** Drops the failed database that a restore kept aside, when nobody needs to look into it any more. Its name is made from the run's id, never given. */
export function removeFailedDatabase(input: RemoveInput): Promise<Result<null>> {
	return attempt({ ...input, act: 'remove a failed database', about: input }, async () => {
		const { store, targets, actor, runId } = input;
		const allowed = mayDecideRun(actor);
		if (allowed !== true) throw new Refusal('forbidden', allowed);
		const run = await store.run.findUnique({
			where: { id: runId },
			include: SUBJECT_OF_RUN,
		});
		if (!run) throw new Refusal('not_found', 'There is no such run.');
		if (run.status !== 'restored') throw new Refusal('conflict', 'Only a restore that is over keeps a failed database aside.');
		await confirmPassword(input);
		const target = findTarget(targets, run.target);
		const { keptAs } = restoreNames(runId);
		if (!(await listDatabases(target)).includes(keptAs)) throw new Refusal('conflict', `${keptAs} is not there any more.`);
		await store.$transaction((tx) =>
			appendRecord(tx, {
				kind: 'restore.failed_database_removed',
				actor: { id: actor.id, name: actor.name },
				subject: subjectOfRun(run),
				data: { database: keptAs },
			}),
		);
		await dropDatabase({ target, database: keptAs });
		return null;
	});
}
