import { chmodSync, chownSync, statSync } from 'node:fs';
import { expect } from 'vitest';
import { readRun, runToEnd } from '#tests/support/change.ts';
import type { Cluster } from '#tests/support/cluster.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { query } from '#tests/support/sql.ts';
import { commitThenFail, confirmBoth } from '../../harm/commit-then-fail.ts';
import { mountSmallDisk } from '../../harm/small-disk.ts';
import { databasesOf } from '../../observing/databases-of.ts';
import type { Row } from '../../row.ts';
import { openStage } from '../../stage.ts';
import type { World } from '../../world.ts';

/** So much of what the target holds beside what every database holds finds room. */
const ROOM_FOR = 0.5;

/** New databases come from template0, and that is on a disk with room for little more: PostgreSQL makes the new one with holes at first. */
export const restoreDiskFull: Row = {
	row: 28,
	step: 'restore',
	fault: 'disk full',
	required: 'live untouched',
	needsRoot: true,
	async run(world) {
		const cluster = await world.borrowTarget();
		const stage = await openStage(world, { target: cluster });
		const waiting = await commitThenFail(stage);
		// Only now: before BEGIN a restore of the definitions has to find its room.
		await putTemplateOnSmallDisk(world, cluster);
		const committed = await lookAt(stage.place);
		const { runId } = waiting;
		await confirmBoth(stage, waiting);
		await runToEnd(stage.setting, runId);
		expect(await readRun(stage.console, runId)).toMatchObject({ status: 'awaiting_restore', truth: { kind: 'committed' } });
		const [said] = await stage.console.sql<{ failure: string }>(
			`select data->'failure'->>'message' as failure from journal_entry where run_id = $1 and step = 'restore' and phase = 'failed'`,
			[runId],
		);
		// What PostgreSQL says of a full disk: to a table that grows, half a page of it, and to a session that begins.
		expect(said?.failure).toMatch(/No space left on device|could not extend file|could not write init file/);
		expect(await lookAt(stage.place)).toEqual(committed);
		expect(stage.place.application.maintenance()).toBe(true);
		expect(await databasesOf(stage, runId)).toEqual([]);
		return 'the disk was full: the restore failed, the live database is as the commit left it, nothing is left over';
	},
};

async function putTemplateOnSmallDisk(world: World, cluster: Cluster): Promise<void> {
	const postgres = (sql: string) => query(cluster.url('postgres'), sql);
	const [size] = await postgres(`select pg_database_size('template0') as empty, pg_database_size('ehg_small_template') as whole`);
	const [empty, whole] = [Number(size?.empty), Number(size?.whole)];
	const folder = await mountSmallDisk(world, String(Math.round(empty + (whole - empty) * ROOM_FOR)));
	const owner = statSync(cluster.dataDir);
	chownSync(folder, owner.uid, owner.gid);
	chmodSync(folder, 0o700);
	await postgres(`create tablespace small location '${folder}'`);
	await postgres('alter database template0 set tablespace small');
	world.atEnd(async () => {
		await postgres('alter database template0 set tablespace pg_default');
		await postgres('drop tablespace small');
	});
}
