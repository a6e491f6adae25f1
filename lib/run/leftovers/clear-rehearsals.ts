import { rehearsalNames, restoreNames } from '#lib/domain/target/database-names.ts';
import { rehearsalPlace } from '#lib/domain/target/rehearsal-place.ts';
import { dropDatabase } from '#lib/postgres/backup/restore-database.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { endSessionsNamed, listRunSessions } from '#lib/postgres/sessions/orphan-sessions.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';

/**
 * A run has right of way: what a rehearsal on its target has open there is ended, and its copies are dropped. The rehearsal begins again
 * after the run (lib/rehearsal). On a server of its own it is in nobody's way: it sees the run within a second, and removes them itself.
 */
export async function clearRehearsals({ store, target, journal, signal }: OpenRun): Promise<void> {
	const live = await store.rehearsal.findMany({ where: { target: target.name, status: 'running' }, select: { id: true } });
	if (live.length === 0) return;
	const ids = live.map(({ id }) => id);
	for (const login of ['run', 'backup', 'restore'] as const) {
		const { maintenanceDatabase } = target.connection;
		await withTarget(
			{ target, login, database: maintenanceDatabase, applicationName: 'countersign rehearsals', signal },
			async (client) => {
				for (const { name, runId } of await listRunSessions(client)) if (ids.includes(runId)) await endSessionsNamed(client, name);
			},
		);
	}
	if (rehearsalPlace(target) !== target) return;
	for (const id of ids) {
		const { copy, again } = rehearsalNames(id);
		for (const database of [copy, again, restoreNames(id).replacement])
			await dropDatabase({ target, database }).catch((error: Error) => {
				// It is in nobody's way: its sessions are gone. A worker that starts drops it.
				const message = `${database}, a copy of a rehearsal, is left over: ${error.message}`;
				journal.tell('claim', { phase: 'notice', data: { severity: 'WARNING', message } });
			});
	}
}
