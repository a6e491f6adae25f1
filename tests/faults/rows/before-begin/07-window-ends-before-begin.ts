import { expect } from 'vitest';
import { closeWindow } from '../../harm/closing-window.ts';
import type { Row } from '../../row.ts';
import { expectUntouched, interfereAfter, MAKES, openStage } from '../../stage.ts';

export const windowEndsBeforeBegin: Row = {
	row: 7,
	step: 'window',
	fault: 'ends before BEGIN',
	required: 'untouched',
	async run(world) {
		const stage = await openStage(world);
		const run = await interfereAfter(stage, { step: 'trial', bundle: { files: { '1.sql': MAKES } } }, () =>
			closeWindow(stage.setting.target),
		);
		expect(run).toMatchObject({ failure: { code: 'outside_window' }, xid: null });
		await expectUntouched(stage, run);
		return 'no transaction was begun; catalog and rows as before, maintenance mode off';
	},
};
