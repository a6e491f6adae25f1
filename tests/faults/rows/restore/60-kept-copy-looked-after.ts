import { expect } from 'vitest';
import { scratchName } from '#lib/domain/target/database-names.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { query } from '#tests/support/sql.ts';
import { commitBesideACopy, type Kept, openedBySomebody, restoreIt } from '../../harm/kept-copy.ts';
import type { Row } from '../../row.ts';
import type { World } from '../../world.ts';

export const keptCopyLookedAfter: Row = {
	row: 60,
	step: 'restore',
	fault: 'VACUUM FULL, FREEZE, ANALYZE and REINDEX in the database that is kept for a restore; the server restarts',
	required: 'that is no difference: it is put in place',
	async run(world) {
		return [await vacuumed(world), await restarted(world), await leftAlone(world)].join('; ');
	},
};

async function vacuumed(world: World): Promise<string> {
	const kept = await commitBesideACopy(world, 'tried');
	await openedBySomebody(kept.stage, scratchName(kept.runId), ['vacuum full', 'vacuum freeze', 'analyze', 'reindex table eng.six_hundred']);
	await expectPutInPlace(kept, 'compared');
	return 'vacuumed, frozen, analyzed: compared and put in place';
}

async function restarted(world: World): Promise<string> {
	const cluster = await world.borrowTarget();
	const kept = await commitBesideACopy(world, 'tried', cluster);
	await openedBySomebody(kept.stage, scratchName(kept.runId), ['select 1']);
	await cluster.stop();
	await cluster.start();
	await expectPutInPlace(kept, 'compared');
	return 'restarted: put in place';
}

async function leftAlone(world: World): Promise<string> {
	const kept = await commitBesideACopy(world, 'standby');
	await expectPutInPlace(kept, 'nobody has used it');
	return 'left alone: put in place without counting';
}

/** The very database that was kept has the live one's name now, and nothing was told but how it was proved. */
async function expectPutInPlace(kept: Kept, how: string): Promise<void> {
	const { stage, runId, before } = kept;
	const { place, console } = stage;
	const [copy] = await query<{ oid: string }>(place.urlOf('postgres'), `select oid from pg_database where right(datname, 12) = $1`, [
		runId.replaceAll('-', '').slice(0, 12),
	]);
	await restoreIt(kept);
	expect(await lookAt(place)).toEqual(before);
	expect(await query(place.urlOf('postgres'), 'select oid from pg_database where datname = $1', [place.database])).toEqual([copy]);
	const told = await console.sql(
		`select data->>'message' as said from journal_entry where run_id = $1 and step = 'restore' and phase = 'notice' and data->>'severity' <> 'NOTICE'`,
		[runId],
	);
	expect(told).toEqual([]);
	const passed = await console.sql(
		`select data->'evidence'->>'provedAgain' as how from journal_entry where run_id = $1 and step = 'restore' and phase = 'passed'`,
		[runId],
	);
	expect(passed).toEqual([{ how: expect.stringContaining(how) }]);
}
