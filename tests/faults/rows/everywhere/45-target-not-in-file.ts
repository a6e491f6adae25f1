import { expect } from 'vitest';
import { approvedChange, execute, expectOk } from '#tests/support/change.ts';
import { readRecord } from '#tests/support/read-record.ts';
import { until } from '#tests/support/sql.ts';
import { fenceOf, startWorker } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { isMade, MAKES, openStage, untilStatus } from '../../stage.ts';

export const targetNotInFile: Row = {
	row: 45,
	step: 'any',
	fault: 'target taken out of the targets file',
	required: 'told once, the fence stays; goes on when the target is back',
	async run(world) {
		const stage = await openStage(world);
		const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, { files: { '1.sql': MAKES } })));
		const fence = await fenceOf(stage, runId);
		const other = { ...stage, definition: { ...stage.definition, name: 'another' } };
		const worker = await startWorker(world, other);
		const triedAgain = () => worker.log().split('"a run could not continue"').length - 1;
		await until('two tries', async () => triedAgain() >= 2);
		expect(await fenceOf(stage, runId)).toBe(fence);
		const told = await stage.console.sql<{ message: string }>(
			`select data->>'message' as message from journal_entry where run_id = $1 and phase = 'notice'`,
			[runId],
		);
		expect(told).toEqual([{ message: expect.stringMatching(/is not defined/) }]);
		expect((await readRecord(stage.console)).filter((entry) => entry.kind === 'run.stalled')).toHaveLength(1);
		await worker.stop();
		await startWorker(world, stage);
		await untilStatus(stage, runId, ['succeeded']);
		expect(await isMade(stage)).toBe(true);
		return 'told once on the page and in the record, fence unmoved in 2 tries; back in the file: succeeded';
	},
};
