import { expect } from 'vitest';
import { scratchName, standbyName } from '#lib/domain/target/database-names.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { query } from '#tests/support/sql.ts';
import { commitBesideACopy, type Kept, openedBySomebody, restoreIt } from '../../harm/kept-copy.ts';
import type { Row } from '../../row.ts';
import type { World } from '../../world.ts';

/** What somebody does to the database that is kept for a restore, in a session there. */
const HARMS = {
	'600 rows deleted': 'delete from eng.six_hundred',
	'a row updated': 'update eng.six_hundred set word = upper(word) where id = 7',
	'a trigger off': 'alter table eng.six_hundred disable trigger all',
	'a column more': 'alter table eng.six_hundred add column sneaked int',
	'a sequence moved': `select setval('eng.six_hundred_id_seq', 4711)`,
	'a large object': `select lo_from_bytea(4711, 'changed')`,
};

export const keptCopyChanged: Row = {
	row: 59,
	step: 'restore',
	fault: 'the database that is kept for a restore was changed after it was proved',
	required: 'it is not put in place and not dropped; the backup is restored from the dump instead',
	async run(world) {
		const told: string[] = [];
		for (const [name, sql] of Object.entries(HARMS)) told.push(await changed(world, { name, sql, copy: 'tried' }));
		told.push(await changed(world, { name: '600 rows deleted', sql: HARMS['600 rows deleted'], copy: 'standby' }));
		return told.join('; ');
	},
};

async function changed(world: World, { name, sql, copy }: { name: string; sql: string; copy: 'tried' | 'standby' }): Promise<string> {
	const kept = await commitBesideACopy(world, copy);
	const { stage, runId } = kept;
	const database = copy === 'tried' ? scratchName(runId) : standbyName(runId);
	await openedBySomebody(stage, database, [sql]);
	await restoreIt(kept);
	expect(await lookAt(stage.place), name).toEqual(kept.before);
	await expectTold(kept, database);
	await expectKeptAside(kept, { database, name });
	return `${name} (${copy}): told, restored from the dump`;
}

async function expectTold({ stage, runId }: Kept, database: string): Promise<void> {
	const notices = await stage.console.sql(
		`select data->>'message' as said from journal_entry where run_id = $1 and step = 'restore' and phase = 'notice'`,
		[runId],
	);
	expect(notices).toContainEqual({ said: expect.stringMatching(`${database}.*restored from the dump instead`) });
}

/** Somebody may want to look into it. */
async function expectKeptAside({ stage }: Kept, { database, name }: { database: string; name: string }): Promise<void> {
	const there = await query(stage.place.urlOf('postgres'), 'select from pg_database where datname = $1', [database]);
	expect(there, `${database} after ${name}`).toHaveLength(1);
}
