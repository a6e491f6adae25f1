import { expect } from 'vitest';
import { readRun } from '#tests/support/change.ts';
import { closeWindow } from '../../closing-window.ts';
import type { Row } from '../../row.ts';
import { beginHere, expectUntouched, openStage, runToGate } from '../../stage.ts';

export const windowEndsMidTransaction: Row = {
	row: 8,
	step: 'window',
	fault: 'ends mid-transaction',
	required: 'cancelled, rolled back',
	async run(world) {
		const stage = await openStage(world);
		const { start, ended } = beginHere(stage);
		const gate = await runToGate(stage, start);
		await closeWindow(stage.setting.target);
		await gate.open();
		await ended();
		const run = await readRun(stage.console, gate.runId);
		expect(run.failure).toMatchObject({ code: expect.stringMatching(/outside_window|window_too_short/) });
		expect(run.xid).not.toBeNull();
		await expectUntouched(stage, run);
		return `transaction ${run.xid} was rolled back before COMMIT: ${run.failure?.code}`;
	},
};
