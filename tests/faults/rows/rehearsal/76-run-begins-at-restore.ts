import { expect } from 'vitest';
import { approvedChange, execute, expectOk, runToEnd } from '#tests/support/change.ts';
import { beginRehearsal, readRehearsed } from '#tests/support/rehearse.ts';
import { A_TABLE_IN_THE_RESTORE, askWith, expectNothingLeft } from '../../harm/rehearsing.ts';
import type { Row } from '../../row.ts';
import { behindProxy, isMade, MAKES, openStage } from '../../stage.ts';

export const runBeginsAtRestore: Row = {
	row: 76,
	step: 'rehearsal',
	fault: 'a run begins while it restores',
	required: 'the run has right of way; nothing left over; it waits to begin again',
	async run(world) {
		const direct = await openStage(world);
		const { stage, proxy } = await behindProxy(world, direct);
		const change = await approvedChange(direct.setting, { files: { '1.sql': MAKES } });
		const id = await askWith(direct, { files: { '1.sql': 'create table eng.another (id int);' } });
		const { caught } = proxy.catch(A_TABLE_IN_THE_RESTORE);
		const rehearsing = beginRehearsal(stage.setting);
		await caught;
		const { runId } = expectOk(await execute(direct.setting, change));
		const run = await runToEnd(direct.setting, runId);
		await rehearsing;
		expect([run.status, run.failure]).toEqual(['succeeded', null]);
		expect(await isMade(direct)).toBe(true);
		expect((await readRehearsed(direct.setting, id)).status).toBe('queued');
		await expectNothingLeft(direct, id);
		return 'the run succeeded; of the rehearsal nothing is left, and it waits';
	},
};
