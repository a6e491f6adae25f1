import { expect } from 'vitest';
import { approvedChange, execute, expectOk, readRun } from '#tests/support/change.ts';
import type { Cluster } from '#tests/support/cluster.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { query } from '#tests/support/sql.ts';
import { type Standby, startStandby } from '../../harm/failover.ts';
import { commitOfTheRun, type FaultyProxy } from '../../harm/proxy.ts';
import type { Row } from '../../row.ts';
import { beginHere, behindProxy, MAKES, openStage, type Stage } from '../../stage.ts';
import type { World } from '../../world.ts';

/** The standby takes the primary's name; whether it has the change depends on what it was sent before. */
export const failedOver: Row = {
	row: 61,
	step: 'COMMIT',
	fault: 'fails over to a standby without the commit, or with it',
	required: 'unknown, and no tombstone; or committed by the marker',
	long: true,
	async run(world) {
		const primary = await world.borrowTarget();
		const lost = await failOver(world, primary, { replicated: false });
		const kept = await failOver(world, primary, { replicated: true });
		const later = await failOverAfterCommit(world, primary);
		return `${lost}; ${kept}; ${later}`;
	},
};

async function failOver(world: World, primary: Cluster, { replicated }: { replicated: boolean }): Promise<string> {
	const direct: Stage = await openStage(world, { target: primary });
	const { stage, proxy }: { stage: Stage; proxy: FaultyProxy } = await behindProxy(world, direct);
	const standby: Standby = await startStandby(world, primary);
	const done: Promise<void>[] = [];
	const trap = proxy.catch(
		commitOfTheRun((caught) => {
			const fail = async () => {
				if (!replicated) {
					await standby.caughtUp();
					await standby.pauseReplay();
				}
				await caught.deliver();
				await caught.answered;
				if (replicated) await standby.caughtUp();
				await standby.promote();
				proxy.leadTo(standby.port);
				caught.cut();
			};
			done.push(fail());
		}),
	);
	const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, { files: { '1.sql': MAKES } })));
	const { start, ended } = beginHere(stage);
	await start(runId);
	await trap.caught;
	await Promise.all(done);
	await ended();
	const run = await readRun(stage.console, runId);
	const markers = await query(standby.url(stage.place.database), 'select tombstone from countersign.marker where run_id = $1', [runId]);
	if (replicated) {
		expect(run).toMatchObject({ status: 'succeeded', truth: { kind: 'committed' } });
		return 'with it: committed, by the marker that was replicated';
	}
	expect(run).toMatchObject({
		status: 'unknown',
		truth: { kind: 'checking' },
		failure: { message: expect.stringContaining('failed over') },
	});
	expect(run.failure?.message).not.toContain(String(run.xid));
	expect(markers).toEqual([]);
	expect(stage.place.application.maintenance()).toBe(true);
	return 'without it: unknown, no tombstone, maintenance mode stayed on';
}

/** The marker was read on the primary, and the page says committed; then the name leads to a standby that was never sent it. */
async function failOverAfterCommit(world: World, primary: Cluster): Promise<string> {
	const { stage, proxy } = await behindProxy(world, await openStage(world, { target: primary }));
	const standby = await startStandby(world, primary);
	const trap = proxy.catch(
		commitOfTheRun(async (caught) => {
			await standby.caughtUp();
			await standby.pauseReplay();
			caught.passOn();
		}),
	);
	const change = await approvedChange(stage.setting, { files: { '1.sql': MAKES } });
	const pause = await pauseAt(stage.console, { step: 'smoke tests', phase: 'started' });
	const { runId } = expectOk(await execute(stage.setting, change));
	const { start, ended } = beginHere(stage);
	await start(runId);
	await trap.caught;
	await pause.reached();
	expect(await readRun(stage.console, runId)).toMatchObject({ truth: { kind: 'committed' } });
	await standby.promote();
	proxy.leadTo(standby.port);
	await pause.release();
	await ended();
	const run = await readRun(stage.console, runId);
	expect(run).toMatchObject({ status: 'unknown', truth: { kind: 'checking' }, failure: { code: 'failed_over' } });
	expect(stage.place.application.maintenance()).toBe(true);
	return 'lost after it was seen: no longer "committed", unknown';
}
