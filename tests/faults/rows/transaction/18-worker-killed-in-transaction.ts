import { expect } from 'vitest';
import { until } from '#tests/support/sql.ts';
import { fenceOf, startWorker, takeOver, type WorkerProcess } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { expectUntouched, markerOf, openStage, runToGate, untilStatus } from '../../stage.ts';

const BACKEND_STOPS_WITHIN_MS = 5_000;

export const workerKilledInTransaction: Row = {
	row: 18,
	step: 'transaction',
	fault: 'worker kill -9',
	required: 'backend stops; marker decides',
	async run(world) {
		const stage = await openStage(world);
		const workers: WorkerProcess[] = [];
		const { runId, pid, open } = await runToGate(stage, async () => workers.push(await startWorker(world, stage)));
		world.atEnd(open);
		const fence = await fenceOf(stage, runId);
		const diedAt = (await workers[0]?.kill()) ?? 0;
		const gone = async () => (await stage.place.sql('select from pg_stat_activity where pid = $1', [pid])).length === 0;
		await until('the backend to stop', gone, BACKEND_STOPS_WITHIN_MS);
		const stoppedMs = Date.now() - diedAt;
		const { ms, worker } = await takeOver(world, stage, { runId, diedAt, fence });
		const run = await untilStatus(stage, runId, ['rolled_back']);
		await worker.kill();
		expect(await markerOf(stage, runId)).toBe('tombstone');
		await expectUntouched(stage, run);
		return `backend gone after ${stoppedMs} ms; taken over after ${(ms / 1000).toFixed(1)} s; tombstone, rolled back`;
	},
};
