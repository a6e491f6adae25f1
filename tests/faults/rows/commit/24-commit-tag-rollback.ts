import { expect } from 'vitest';
import { approvedChange, execute, expectOk, readRun } from '#tests/support/change.ts';
import { commitOfTheRun } from '../../harm/proxy.ts';
import type { Row } from '../../row.ts';
import { beginHere, behindProxy, expectUntouched, MAKES, markerOf, openStage } from '../../stage.ts';

/** An error that the console never saw has aborted the transaction: PostgreSQL answers COMMIT with ROLLBACK, and that is no error. */
export const commitTagRollback: Row = {
	row: 24,
	step: 'COMMIT',
	fault: 'command tag says ROLLBACK',
	required: 'failure',
	async run(world) {
		const { stage, proxy } = await behindProxy(world, await openStage(world));
		const trap = proxy.catch(
			commitOfTheRun(async (caught) => {
				await caught.inject('select 1 / 0');
				caught.passOn();
			}),
		);
		const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, { files: { '1.sql': MAKES } })));
		const { start, ended } = beginHere(stage);
		await start(runId);
		await trap.caught;
		await ended();
		const run = await readRun(stage.console, runId);
		expect(run.failure).toMatchObject({ code: 'commit_failed', message: expect.stringContaining('ROLLBACK') });
		expect(await markerOf(stage, runId)).toBe('tombstone');
		await expectUntouched(stage, run);
		return 'commit_failed: the server said ROLLBACK; nothing was committed';
	},
};
