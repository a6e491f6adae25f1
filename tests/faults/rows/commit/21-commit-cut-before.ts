import { expect } from 'vitest';
import { approvedChange, execute, expectOk, readRun } from '#tests/support/change.ts';
import { commitOfTheRun } from '../../harm/proxy.ts';
import { truthsOf } from '../../observing/truths.ts';
import type { Row } from '../../row.ts';
import { beginHere, behindProxy, expectUntouched, MAKES, markerOf, openStage } from '../../stage.ts';

export const commitCutBefore: Row = {
	row: 21,
	step: 'COMMIT',
	fault: 'cut before delivery',
	required: 'not applied',
	async run(world) {
		const { stage, proxy } = await behindProxy(world, await openStage(world));
		const trap = proxy.catch(commitOfTheRun((caught) => caught.cut()));
		const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, { files: { '1.sql': MAKES } })));
		const { start, ended } = beginHere(stage);
		await start(runId);
		await trap.caught;
		await ended();
		const run = await readRun(stage.console, runId);
		expect(await markerOf(stage, runId)).toBe('tombstone');
		expect(await truthsOf(stage, runId)).toEqual(['checking', 'nothing_committed']);
		await expectUntouched(stage, run);
		return 'checking, then nothing committed; tombstone set, rolled back';
	},
};
