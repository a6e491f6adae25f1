import { expect } from 'vitest';
import { until } from '#tests/support/sql.ts';
import { A_TABLE_IN_THE_RESTORE, askWith, expectLiveAsBefore, expectNothingLeft, untilEnded } from '../../harm/rehearsing.ts';
import { findPrograms } from '../../observing/find-programs.ts';
import { startWorker } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { behindProxy, MAKES, openStage } from '../../stage.ts';

export const workerKilledRehearsing: Row = {
	row: 72,
	step: 'rehearsal',
	fault: 'worker killed at the restore',
	required: 'no orphan pg_restore; another worker rehearses it from the beginning; nothing left over',
	async run(world) {
		const direct = await openStage(world);
		const { stage, proxy } = await behindProxy(world, direct);
		const id = await askWith(direct, { files: { '1.sql': MAKES } });
		const { caught } = proxy.catch(A_TABLE_IN_THE_RESTORE);
		const worker = await startWorker(world, stage);
		await caught;
		const diedAt = await worker.kill();
		await until('no pg_restore', async () => findPrograms('pg_restore', id).length === 0, 30_000);
		const other = await startWorker(world, direct);
		const { status, failure } = await untilEnded(direct, id);
		const endedMs = Date.now() - diedAt;
		await other.kill();
		expect([status, failure]).toEqual(['passed', null]);
		expect(await direct.console.sql('select crashes from rehearsal where id = $1', [id])).toEqual([{ crashes: '1' }]);
		await expectNothingLeft(direct, id);
		await expectLiveAsBefore(direct);
		return `another worker had rehearsed it ${(endedMs / 1000).toFixed(1)} s after the death; nothing left`;
	},
};
