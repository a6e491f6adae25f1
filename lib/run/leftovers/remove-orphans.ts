import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { NOTHING_LEFT_TO_DO, type RunStatus } from '#lib/domain/run.ts';
import { runIdIn } from '#lib/domain/target/database-names.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { runIdInBackup } from '#lib/gates/backup-name.ts';
import { log } from '#lib/log.ts';
import { entriesOf } from '#lib/postgres/backup/backup-folder.ts';
import { dropDatabase } from '#lib/postgres/backup/restore-database.ts';
import { listDatabases } from '#lib/postgres/catalog/list-databases.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import { canTellPending, deletePending, readPending } from '#lib/postgres/pending.ts';
import { removeAbandonedFolders } from '#lib/postgres/programs/private-folder.ts';
import { endSessionsNamed, listRunSessions } from '#lib/postgres/sessions/orphan-sessions.ts';
import { withRemovalLock } from '#lib/postgres/sessions/removal-lock.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { removeLeftRehearsals } from '#lib/rehearsal/remove-left.ts';
import { LEASE_MS } from '#lib/run/owner/lease.ts';
import { SUBJECT_OF_RUN, subjectOfRun } from '#lib/run/owner/run-subject.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';

type Place = { store: Store; target: Target; signal: AbortSignal };

/** Something with a run's id, or the first part of it, in its name, without hyphens. `what` is its name in the record. */
type Found = {
	runId: string;
	what: { session: string } | { database: string } | { folder: string } | { pending: string };
	remove: () => Promise<void>;
};

/**
 * Removes what ended runs have left on the targets: sessions, which may hold the lock that the next run needs, databases beside
 * the live one, dumps that were never finished, and the word that they are pending. Only the console's own rows decide: what is of no run that they know may be another
 * console's. Each target once, all side by side; one that does not answer is logged, and looked at when a worker starts next. On this
 * machine the private folders of processes that died go too.
 */
export async function removeOrphans({ store, targets, signal }: { store: Store; targets: Targets; signal: AbortSignal }): Promise<void> {
	await removeAbandonedFolders().catch((error: Error) => log.error({ error }, 'left-over private folders could not be removed'));
	const places = [...targets.byName.values()].map((target) => ({ store, target, signal }));
	await Promise.all(
		places.map((place) =>
			withRemovalLock(place.target, () => removeOrphansOf(place).then(() => removeLeftRehearsals(place))).catch((error) =>
				tellUnremoved(place, 'leftovers', error),
			),
		),
	);
}

/** One that cannot be removed does not stop the others. */
async function removeOrphansOf(place: Place): Promise<void> {
	for (const find of [findSessions, findDatabases, findDumps, findPending]) {
		const all = await find(place.target).catch((error) => tellUnremoved(place, 'leftovers', error));
		for (const found of all ?? []) {
			if (place.signal.aborted) return;
			await removeIfOrphan(place, found).catch((error) => tellUnremoved(place, Object.values(found.what).join(), error));
		}
	}
}

async function removeIfOrphan({ store, target }: Place, { runId, what, remove }: Found): Promise<void> {
	const run = await findItsRun(store, runId);
	if (!run || run.target !== target.name) return;
	// Whoever ended a run that is over can only want the same of this word, and may have died just now. Other consoles wait for it.
	if (run.isOwned && !('pending' in what)) return;
	if (!NOTHING_LEFT_TO_DO.includes(run.status) && !run.isClosed) return;
	if ('folder' in what && run.keptBackup !== null && basename(what.folder) === basename(run.keptBackup)) return;
	await remove();
	const named = await store.run.findUniqueOrThrow({ where: { id: run.id }, include: SUBJECT_OF_RUN });
	await appendRecord(store, {
		kind: 'run.leftover_removed',
		actor: { id: null, name: 'system' },
		subject: subjectOfRun(named),
		data: what,
	});
}

type ItsRun = { id: string; target: string; status: RunStatus; keptBackup: string | null; isOwned: boolean; isClosed: boolean };

/** The run whose id starts like this. Null when this console knows none, or more than one: then its owner is unclear. */
async function findItsRun(store: Store, beginning: string): Promise<ItsRun | null> {
	const rows = await store.$queryRaw<ItsRun[]>`
		select run.id, run.target, run.status, backup->>'folder' as "keptBackup",
		       coalesce(owner_seen_at >= clock_timestamp() - ${LEASE_MS} * interval '1 ms', false) as "isOwned", change.status = 'closed' as "isClosed"
		  from run join change on change.id = run.change_id
		 where starts_with(replace(run.id::text, '-', ''), ${beginning})`;
	const [run, ...others] = rows;
	return run && others.length === 0 ? run : null;
}

/** A login may always end its own sessions, but never a superuser's: each login searches for its own. */
async function findSessions(target: Target): Promise<Found[]> {
	const found: Found[] = [];
	for (const login of ['run', 'backup', 'restore'] as const) {
		const place = {
			target,
			login,
			database: target.connection.maintenanceDatabase,
			applicationName: 'countersign orphans',
		};
		for (const { name, runId } of await withTarget(place, listRunSessions))
			found.push({
				runId: runId.replaceAll('-', ''),
				what: { session: name },
				remove: () => withTarget(place, (client) => endSessionsNamed(client, name)),
			});
	}
	return found;
}

async function findDatabases(target: Target): Promise<Found[]> {
	return (await listDatabases(target)).flatMap((database) => {
		const runId = runIdIn(database);
		return runId === null ? [] : [{ runId, what: { database }, remove: () => dropDatabase({ target, database }) }];
	});
}

async function findDumps({ name, backup }: Target): Promise<Found[]> {
	return (await entriesOf(backup.folder)).flatMap((entry) => {
		const runId = entry.isDirectory() ? runIdInBackup(entry.name, name) : null;
		const folder = join(backup.folder, entry.name);
		return runId === null ? [] : [{ runId, what: { folder }, remove: () => rm(folder, { recursive: true, force: true }) }];
	});
}

/** A target that is not enrolled, or was by an earlier version, has none. */
async function findPending(target: Target): Promise<Found[]> {
	const place = { target, login: 'run', applicationName: 'countersign orphans', signal: answerWithin() } as const;
	const pending = await withTarget(place, async (client) => ((await canTellPending(client)) ? readPending(client) : null));
	if (!pending) return [];
	const { runId } = pending;
	const remove = () => withTarget({ ...place, signal: answerWithin() }, (client) => deletePending(client, runId));
	return [{ runId: runId.replaceAll('-', ''), what: { pending: runId }, remove }];
}

function tellUnremoved({ target, signal }: Place, what: string, error: Error): void {
	if (!signal.aborted) log.error({ target: target.name, error }, `${what} could not be removed`);
}
