import type { Actor } from '#lib/access/actor.ts';
import { confirmPassword } from '#lib/access/confirm-password.ts';
import { mayDecideRun } from '#lib/access/policy.ts';
import { restoreNames } from '#lib/domain/target/database-names.ts';
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

/** Drops the failed database that a restore kept, when nobody needs it any more. Its name comes from the run's id, never from a person. */
export function removeFailedDatabase(input: RemoveInput): Promise<Result<null>> {
	return attempt({ ...input, act: 'remove a failed database', about: input }, async () => {
		const { store, targets, actor, runId } = input;
		const allowed = mayDecideRun(actor);
		if (allowed !== true) throw new Refusal('forbidden', allowed);
		const run = await store.run.findUnique({
			where: { id: runId },
			include: SUBJECT_OF_RUN,
		});
		if (!run) throw new Refusal('not_found', 'This run does not exist.');
		if (run.status !== 'restored') throw new Refusal('conflict', 'Only a run that ended as restored has a failed database.');
		await confirmPassword(input);
		const target = findTarget(targets, run.target);
		const { keptAs } = restoreNames(runId);
		if (!(await listDatabases(target)).includes(keptAs)) throw new Refusal('conflict', `${keptAs} no longer exists.`);
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
