import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import { approvedChange, execute, executeToEnd, expectOk } from '#tests/support/change.ts';
import { until } from '#tests/support/sql.ts';
import { A_TABLE_IN_THE_DUMP } from '../../harm/proxy.ts';
import { findPrograms } from '../../observing/find-programs.ts';
import { fenceOf, startWorker, takeOver } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { behindProxy, expectUntouched, isMade, MAKES, openStage, untilStatus } from '../../stage.ts';

/** Within this time after its worker's death pg_dump must be gone too. */
const ORPHAN_ENDS_WITHIN_MS = 5_000;

export const workerKilledInBackup: Row = {
	row: 11,
	step: 'backup',
	fault: 'worker killed',
	required: 'no orphan pg_dump; next run takes a fresh backup',
	async run(world) {
		const direct = await openStage(world);
		const { stage, proxy } = await behindProxy(world, direct);
		const { place, setting } = direct;
		const change = await approvedChange(setting, { files: { '1.sql': MAKES } });
		const { runId } = expectOk(await execute(setting, change));
		const { caught } = proxy.catch(A_TABLE_IN_THE_DUMP);
		const worker = await startWorker(world, stage);
		await caught;
		await until('pg_dump', async () => findPrograms('pg_dump', runId)[0]);
		const [cut] = readdirSync(place.backupFolder);
		const fence = await fenceOf(stage, runId);
		const diedAt = await worker.kill();
		await until('no pg_dump', async () => findPrograms('pg_dump', runId).length === 0, ORPHAN_ENDS_WITHIN_MS);
		const orphanMs = Date.now() - diedAt;
		const { ms, worker: other } = await takeOver(world, direct, { runId, diedAt, fence });
		const run = await untilStatus(direct, runId, ['rolled_back']);
		await other.kill();
		await expectUntouched(direct, run);
		expect(readdirSync(place.backupFolder)).toEqual([]);
		expect(cut).toBeTruthy();

		const second = await executeToEnd(setting, change);
		expect(second).toMatchObject({ status: 'succeeded' });
		expect(second.backup?.folder).not.toContain(cut);
		expect(await isMade(direct)).toBe(true);
		return `pg_dump gone ${orphanMs} ms after its worker, its part removed; taken over after ${(ms / 1000).toFixed(1)} s; the second run took its own backup`;
	},
};
