import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import { until } from '#tests/support/sql.ts';
import { findPrograms } from '../find-programs.ts';
import type { Row } from '../row.ts';
import { expectUntouched, interfereAfter, MAKES, openStage } from '../stage.ts';

export const pgDumpKilled: Row = {
	row: 10,
	step: 'backup',
	fault: 'pg_dump killed',
	required: 'failed',
	async run(world) {
		const stage = await openStage(world);
		const killing: Promise<unknown>[] = [];
		const run = await interfereAfter(stage, { step: 'maintenance mode on', bundle: { files: { '1.sql': MAKES } } }, async (runId) => {
			// It waits for a table, so that it is there to be killed.
			const session = await stage.place.session();
			await session.query('begin; lock table eng.teams');
			const kill = async () => {
				process.kill(await until('a pg_dump that waits', async () => findPrograms('pg_dump', runId)[0]), 'SIGKILL');
				await session.end();
			};
			killing.push(kill().catch((error: Error) => error));
		});
		expect(await Promise.all(killing)).toEqual([undefined]);
		expect(run.failure).toMatchObject({ code: 'backup_failed', message: expect.stringContaining('SIGKILL') });
		expect(readdirSync(stage.place.backupFolder)).toEqual([]);
		expect(findPrograms('pg_dump', run.runId)).toEqual([]);
		await expectUntouched(stage, run);
		return 'the backup failed and left no part of itself; nothing was begun';
	},
};
