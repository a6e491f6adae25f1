import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import { approvedChange, execute, expectOk, readRun } from '#tests/support/change.ts';
import { until } from '#tests/support/sql.ts';
import { A_TABLE_IN_THE_DUMP } from '../../harm/proxy.ts';
import { findPrograms, leaderOf } from '../../observing/find-programs.ts';
import type { Row } from '../../row.ts';
import { beginHere, behindProxy, expectUntouched, MAKES, openStage } from '../../stage.ts';

export const pgDumpKilled: Row = {
	row: 10,
	step: 'backup',
	fault: 'pg_dump killed',
	required: 'failed',
	async run(world) {
		const { stage, proxy } = await behindProxy(world, await openStage(world));
		const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, { files: { '1.sql': MAKES } })));
		const { caught } = proxy.catch(A_TABLE_IN_THE_DUMP);
		const { start, ended } = beginHere(stage);
		await start(runId);
		await caught;
		process.kill(await until('pg_dump', async () => leaderOf(findPrograms('pg_dump', runId))), 'SIGKILL');
		await ended();
		const run = await readRun(stage.console, runId);
		expect(run.failure).toMatchObject({ code: 'backup_failed', message: expect.stringContaining('SIGKILL') });
		expect(readdirSync(stage.place.backupFolder)).toEqual([]);
		expect(findPrograms('pg_dump', run.runId)).toEqual([]);
		await expectUntouched(stage, run);
		return 'the backup failed and left no part of itself; nothing was begun';
	},
};
