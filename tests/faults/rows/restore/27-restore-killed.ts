import { expect } from 'vitest';
import { restoreNames } from '#lib/domain/target/database-names.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { until } from '#tests/support/sql.ts';
import { commitThenFail, confirmBoth } from '../../harm/commit-then-fail.ts';
import { databasesOf } from '../../observing/databases-of.ts';
import { findPrograms } from '../../observing/find-programs.ts';
import { fenceOf, startWorker, takeOver } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { openStage, untilStatus } from '../../stage.ts';

export const restoreKilled: Row = {
	row: 27,
	step: 'restore',
	fault: 'killed midway',
	required: 'live database untouched; can be started again',
	async run(world) {
		const stage = await openStage(world);
		const waiting = await commitThenFail(stage);
		const { runId } = waiting;
		await confirmBoth(stage, waiting);
		const worker = await startWorker(world, stage);
		const { replacement, keptAs } = restoreNames(runId);
		await until('the database beside', async () => (await databasesOf(stage, runId)).includes(replacement));
		const fence = await fenceOf(stage, runId);
		const diedAt = await worker.kill();
		await until('no pg_restore', async () => findPrograms('pg_restore', runId).length === 0, 30_000);
		expect(await lookAt(stage.place)).toEqual(waiting.committed);
		expect(stage.place.application.maintenance()).toBe(true);
		const { ms, worker: other } = await takeOver(world, stage, { runId, diedAt, fence });
		await untilStatus(stage, runId, ['restored']);
		await other.kill();
		expect(await lookAt(stage.place)).toEqual(stage.before);
		expect(await databasesOf(stage, runId)).toEqual([keptAs]);
		expect(stage.place.application.maintenance()).toBe(false);
		return `live as the commit left it; taken over after ${(ms / 1000).toFixed(1)} s, begun again and restored`;
	},
};
