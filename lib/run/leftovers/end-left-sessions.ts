import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import { terminateRunBackends } from '#lib/postgres/sessions/activity.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';

/** Ends every session that an earlier owner of this run has left in the target's cluster, and waits until they are gone, including the one with its lock. */
export async function endLeftSessions({ target, runId }: OpenRun): Promise<void> {
	const database = target.connection.maintenanceDatabase;
	for (const login of ['run', 'backup', 'restore'] as const) {
		const place = { target, login, database, applicationName: `countersign reconcile ${runId}`, signal: answerWithin() };
		await withTarget(place, (client) => terminateRunBackends(client, runId));
	}
}
