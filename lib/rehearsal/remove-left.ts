import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { rehearsalIdIn } from '#lib/domain/target/database-names.ts';
import { rehearsalPlace } from '#lib/domain/target/rehearsal-place.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { entriesOf } from '#lib/postgres/backup/backup-folder.ts';
import { dropDatabase } from '#lib/postgres/backup/restore-database.ts';
import { listDatabases } from '#lib/postgres/catalog/list-databases.ts';
import type { Store } from '#lib/store/client.ts';

/**
 * Removes what rehearsals that have ended left on a target: copies that could not be dropped then, and dumps of a worker that died. When a
 * worker starts, and before each rehearsal. One that has not ended removes its own when it begins again; what is of no rehearsal of this console stays.
 */
export async function removeLeftRehearsals({ store, target }: { store: Store; target: Target }): Promise<void> {
	for (const { name } of await entriesOf(target.backup.folder)) {
		const id = /^\.rehearsal_([0-9a-f-]{36})$/.exec(name)?.[1]?.replaceAll('-', '');
		if (id !== undefined && (await hasEnded(store, id))) await rm(join(target.backup.folder, name), { recursive: true, force: true });
	}
	const place = rehearsalPlace(target);
	for (const database of await listDatabases(place)) {
		const beginning = rehearsalIdIn(database);
		if (beginning !== null && (await hasEnded(store, beginning))) await dropDatabase({ target: place, database });
	}
}

/** Whether the rehearsal whose id begins like this, without hyphens, is this console's and over. */
async function hasEnded(store: Store, beginning: string): Promise<boolean> {
	const rows = await store.$queryRaw<{ ended: boolean }[]>`
		select ended_at is not null as ended from rehearsal where starts_with(replace(id::text, '-', ''), ${beginning})`;
	return rows.length === 1 && rows[0]?.ended === true;
}
