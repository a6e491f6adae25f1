import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { rehearsalIdIn } from '#lib/domain/target/database-names.ts';
import { rehearsalPlace } from '#lib/domain/target/rehearsal-place.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { entriesOf } from '#lib/postgres/backup/backup-folder.ts';
import { dropDatabase } from '#lib/postgres/backup/restore-database.ts';
import { listDatabases } from '#lib/postgres/catalog/list-databases.ts';
import type { Store } from '#lib/store/client.ts';
import { readKeptRehearsal } from './backup/reuse-backup.ts';

/**
 * Removes what rehearsals that have ended left on a target: copies that could not be dropped then, and dumps of a worker that died. When a
 * worker starts, and before each rehearsal. One that has not ended removes its own when it begins again; what is of no rehearsal of this console stays.
 */
export async function removeLeftRehearsals({ store, target }: { store: Store; target: Target }): Promise<void> {
	await removeLeftDumps({ store, target });
	const place = rehearsalPlace(target);
	for (const database of await listDatabases(place)) {
		const beginning = rehearsalIdIn(database);
		if (beginning !== null && (await hasEnded(store, beginning))) await dropDatabase({ target: place, database });
	}
}

/** Dumps of rehearsals that have ended, but the one that stays to be used again; several targets may have one folder. */
export async function removeLeftDumps({ store, target }: { store: Store; target: Target }): Promise<void> {
	const notOlderThan = target.rehearsal.backupNotOlderThan;
	const kept = notOlderThan === undefined ? null : await readKeptRehearsal(store, { target: target.name, notOlderThan });
	for (const { name } of await entriesOf(target.backup.folder)) {
		const id = /^\.rehearsal_([0-9a-f-]{36})$/.exec(name)?.[1];
		if (id === undefined || id === kept || !(await isNobodys(store, { id, target: target.name }))) continue;
		await rm(join(target.backup.folder, name), { recursive: true, force: true });
	}
}

/** Whether the rehearsal is this console's and over, and no other target may use its dump again. */
async function isNobodys(store: Store, { id, target }: { id: string; target: string }): Promise<boolean> {
	const rows = await store.$queryRaw<unknown[]>`
		select from rehearsal where id::text = ${id} and ended_at is not null and (backup is null or target = ${target})`;
	return rows.length === 1;
}

/** Whether the rehearsal whose id begins like this, without hyphens, is this console's and over. */
async function hasEnded(store: Store, beginning: string): Promise<boolean> {
	const rows = await store.$queryRaw<{ ended: boolean }[]>`
		select ended_at is not null as ended from rehearsal where starts_with(replace(id::text, '-', ''), ${beginning})`;
	return rows.length === 1 && rows[0]?.ended === true;
}
