import { NOTHING_LEFT_TO_DO, type RunStatus } from '#lib/domain/run.ts';
import { runIdIn } from '#lib/domain/target/database-names.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { dropDatabase } from '#lib/postgres/backup/restore-database.ts';
import { listDatabases } from '#lib/postgres/catalog/list-databases.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import { deletePending } from '#lib/postgres/pending.ts';
import { lookAtRun } from '#lib/run/worker/look-at-run.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

/** Less than the walkthrough has for removing all that it made. */
const ENDED_WITHIN_MS = 20_000;

/**
 * A walkthrough that is told to stop takes its console with it, and no worker would ever come to a run that was released: so it is taken over
 * once more here, as a worker would, which rolls back or settles it. What then still waits for people waits for nobody: its databases
 * beside the live one are dropped, and the target no longer says that a decision is pending.
 */
export async function leaveNothing({ store, targets, target, runId }: { store: Store; targets: Targets; target: Target; runId: string }) {
	await lookAtRun({ store, targets, runId, signal: AbortSignal.timeout(ENDED_WITHIN_MS) });
	const beginning = runId.replaceAll('-', '').slice(0, 12);
	for (const database of await listDatabases(target)) if (runIdIn(database) === beginning) await dropDatabase({ target, database });
	const { status } = await store.run.findUniqueOrThrow({ where: { id: runId }, select: { status: true } });
	if (NOTHING_LEFT_TO_DO.includes(status as RunStatus)) return;
	const place = { target, login: 'run', applicationName: `countersign leaves ${runId}`, signal: answerWithin() } as const;
	await withTarget(place, (client) => deletePending(client, runId));
}
