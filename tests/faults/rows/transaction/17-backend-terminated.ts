import { expect } from 'vitest';
import { readRun } from '#tests/support/change.ts';
import { readRecord } from '#tests/support/read-record.ts';
import type { Row } from '../../row.ts';
import { beginHere, expectUntouched, openStage, runToGate } from '../../stage.ts';

export const backendTerminated: Row = {
	row: 17,
	step: 'transaction',
	fault: 'backend terminated',
	required: 'rolled back; no restore',
	async run(world) {
		const stage = await openStage(world);
		const { start, ended } = beginHere(stage);
		const gate = await runToGate(stage, start);
		await stage.place.sql('select pg_terminate_backend($1)', [gate.pid]);
		await ended();
		await gate.open();
		const run = await readRun(stage.console, gate.runId);
		expect(run.failure).toMatchObject({ file: '2.sql', sqlstate: '57P01' });
		await expectUntouched(stage, run);
		const restores = (await readRecord(stage.console)).filter((entry) => entry.kind.startsWith('restore.'));
		expect(restores).toEqual([]);
		return '57P01 shown; rolled back, no restore offered';
	},
};
