import { chmodSync, chownSync, statSync } from 'node:fs';
import { expect } from 'vitest';
import { readRun, runToEnd } from '#tests/support/change.ts';
import type { Cluster } from '#tests/support/cluster.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { query } from '#tests/support/sql.ts';
import { commitThenFail, confirmBoth } from '../commit-then-fail.ts';
import { databasesOf } from '../databases-of.ts';
import type { Row } from '../row.ts';
import { mountSmallDisk } from '../small-disk.ts';
import { openStage } from '../stage.ts';
import type { World } from '../world.ts';

/** New databases come from template0, and that is on a disk with room for little more than itself. */
export const restoreDiskFull: Row = {
	row: 28,
	step: 'restore',
	fault: 'disk full',
	required: 'live untouched',
	needsRoot: true,
	async run(world) {
		const cluster = await world.borrowTarget();
		await putTemplateOnSmallDisk(world, cluster);
		const stage = await openStage(world, { target: cluster });
		const waiting = await commitThenFail(stage);
		const { runId } = waiting;
		await confirmBoth(stage, waiting);
		await runToEnd(stage.setting, runId);
		expect(await readRun(stage.console, runId)).toMatchObject({ status: 'awaiting_restore', truth: { kind: 'committed' } });
		const [said] = await stage.console.sql<{ failure: string }>(
			`select data->'failure'->>'message' as failure from journal_entry where run_id = $1 and step = 'restore' and phase = 'failed'`,
			[runId],
		);
		expect(said?.failure).toContain('No space left on device');
		expect(await lookAt(stage.place)).toEqual(waiting.committed);
		expect(stage.place.application.maintenance()).toBe(true);
		expect(await databasesOf(stage, runId)).toEqual([]);
		return 'No space left on device: the restore failed, the live database is as the commit left it, nothing is left over';
	},
};

async function putTemplateOnSmallDisk(world: World, cluster: Cluster): Promise<void> {
	const postgres = (sql: string) => query(cluster.url('postgres'), sql);
	const [size] = await postgres(`select pg_database_size('template0') as bytes`);
	const folder = await mountSmallDisk(world, String(Number(size?.bytes) + 2 * 1024 * 1024));
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
