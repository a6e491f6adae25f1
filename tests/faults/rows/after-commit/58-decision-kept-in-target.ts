import { expect } from 'vitest';
import { approvedChange, execute, expectOk } from '#tests/support/change.ts';
import { readRecord } from '#tests/support/read-record.ts';
import { until } from '#tests/support/sql.ts';
import { diedAtFailpoint, fenceOf, startWorker, takeOver } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { behindProxy, isMade, MAKES_FOR_APP, noSessionsOf, openStage, type Stage, untilStatus } from '../../stage.ts';
import type { World } from '../../world.ts';

export const decisionKeptInTarget: Row = {
	row: 58,
	step: 'COMMIT → end',
	fault: 'the worker dies between COMMIT and the end of the run, or right after its end',
	required: 'the target says that a decision is pending exactly until the run has ended',
	async run(world) {
		return (await Promise.all([betweenCommitAndEnd(world), afterItsEnd(world)])).join('; ');
	},
};

async function betweenCommitAndEnd(world: World): Promise<string> {
	const stage = await openStage(world);
	const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, MAKES_FOR_APP)));
	const worker = await startWorker(world, stage, { faultAt: 'commit:after' });
	const diedAt = await diedAtFailpoint(worker, stage, runId);
	await noSessionsOf(stage, runId);
	expect(await pendingIn(stage)).toEqual([runId]);
	await takeOver(world, stage, { runId, diedAt, fence: await fenceOf(stage, runId) });
	await untilStatus(stage, runId, ['succeeded']);
	await until('nothing to be pending', async () => (await pendingIn(stage)).length === 0);
	expect(await isMade(stage)).toBe(true);
	return 'after COMMIT: pending until the next worker has ended the run';
}

/** The run is over and its worker dies before the target has heard of it. */
async function afterItsEnd(world: World): Promise<string> {
	const direct = await openStage(world);
	const { stage, proxy } = await behindProxy(world, direct);
	const trap = proxy.catch({ application: /^countersign/, text: /delete from countersign\.pending/, fate: () => undefined });
	const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, MAKES_FOR_APP)));
	const worker = await startWorker(world, stage);
	await trap.caught;
	expect(await untilStatus(stage, runId, ['succeeded'])).toMatchObject({ changeStatus: 'succeeded' });
	await worker.kill();
	expect(await pendingIn(direct)).toEqual([runId]);
	await startWorker(world, direct);
	await until('nothing to be pending', async () => (await pendingIn(direct)).length === 0);
	const removed = await until('the record to say so', async () => {
		const entries = (await readRecord(stage.console)).filter((entry) => entry.kind === 'run.leftover_removed');
		return entries.length > 0 && entries;
	});
	expect(removed.map(({ subject, data }) => ({ runId: subject.runId, data }))).toEqual([{ runId, data: { pending: runId } }]);
	return 'after its end: removed when a worker starts';
}

async function pendingIn({ place }: Pick<Stage, 'place'>): Promise<string[]> {
	const rows = await place.sql<{ run_id: string }>('select run_id from countersign.pending');
	return rows.map((row) => row.run_id);
}
