import { expect } from 'vitest';
import { approvedChange, execute, expectOk, readRun } from '#tests/support/change.ts';
import type { Cluster } from '#tests/support/cluster.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { query } from '#tests/support/sql.ts';
import { commitOfTheRun } from '../../harm/proxy.ts';
import type { Row } from '../../row.ts';
import { beginHere, behindProxy, isMade, MAKES_FOR_APP, markerOf, openStage, type Stage } from '../../stage.ts';
import type { World } from '../../world.ts';

/** Nobody writes the log to disk by himself meanwhile. */
const LAZY = ['synchronous_commit = off', `wal_writer_delay = '10s'`];

export const crashAfterTheAnswer: Row = {
	row: 71,
	step: 'COMMIT',
	fault:
		'the server, its database and the login have synchronous_commit off; PostgreSQL crashes as soon as COMMIT is answered, or the page says so',
	required: 'the change and its marker are there after the restart',
	async run(world) {
		const cluster = await world.borrowTarget();
		for (const set of LAZY) await query(cluster.url('postgres'), `alter system set ${set}`);
		await query(cluster.url('postgres'), 'select pg_reload_conf()');
		world.atEnd(async () => {
			await query(cluster.url('postgres'), 'alter system reset all');
			await query(cluster.url('postgres'), 'select pg_reload_conf()');
		});
		await whenAnswered(world, cluster);
		await whenTold(world, cluster);
		return 'answered, and told on the page: the change and its marker are there; succeeded';
	},
};

async function whenAnswered(world: World, cluster: Cluster): Promise<void> {
	const direct = await openLazy(world, cluster);
	const { stage, proxy } = await behindProxy(world, direct);
	const crashed: Promise<void>[] = [];
	const trap = proxy.catch(
		commitOfTheRun(async (caught) => {
			await caught.deliver();
			await caught.answered;
			crashed.push(crash(cluster));
			await crashed[0];
			caught.cut();
		}),
	);
	const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, MAKES_FOR_APP)));
	const { start, ended } = beginHere(stage);
	await start(runId);
	await Promise.race([trap.caught, ended()]);
	await ended();
	await expectThere(stage, runId);
}

async function whenTold(world: World, cluster: Cluster): Promise<void> {
	const stage = await openLazy(world, cluster);
	const pause = await pauseAt(stage.console, { step: 'transaction', phase: 'passed' });
	const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, MAKES_FOR_APP)));
	const { start, ended } = beginHere(stage);
	await start(runId);
	await pause.reached();
	await crash(cluster);
	await pause.release();
	await ended();
	await expectThere(stage, runId);
}

/** Whatever level says so. */
async function openLazy(world: World, cluster: Cluster): Promise<Stage> {
	const stage = await openStage(world, { target: cluster });
	const { database } = stage.place;
	const { user } = stage.setting.target.connection.logins.run;
	await query(cluster.url('postgres'), `alter database ${database} set synchronous_commit = off`);
	await query(cluster.url('postgres'), `alter role ${user} set synchronous_commit = off`);
	world.atEnd(() => query(cluster.url('postgres'), `alter role ${user} reset synchronous_commit`));
	return stage;
}

async function crash(cluster: Cluster): Promise<void> {
	await cluster.stop('immediate');
	await cluster.start();
}

async function expectThere(stage: Stage, runId: string): Promise<void> {
	const run = await readRun(stage.console, runId);
	expect(run, run.failure?.message).toMatchObject({ truth: { kind: 'committed' } });
	expect([await isMade(stage), await markerOf(stage, runId)]).toEqual([true, 'marker']);
}
