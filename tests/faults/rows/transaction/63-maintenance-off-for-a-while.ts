import { expect } from 'vitest';
import { readRun } from '#tests/support/change.ts';
import { until } from '#tests/support/sql.ts';
import type { Row } from '../../row.ts';
import { beginHere, expectUntouched, openStage, runToGate, type Stage } from '../../stage.ts';
import type { World } from '../../world.ts';

export const maintenanceOffForAWhile: Row = {
	row: 63,
	step: 'transaction',
	fault: 'maintenance mode is switched off, and on again before COMMIT; or its endpoint is silent for a moment',
	required: 'cancelled and rolled back, told when it was seen; a moment of silence ends nothing',
	async run(world) {
		return (await Promise.all([offAndOn(world), silentForAMoment(world)])).join('; ');
	},
};

/** The gate stays shut: nothing but the run itself ends its statement. */
async function offAndOn(world: World): Promise<string> {
	const stage = await openStage(world);
	const { calls } = stage.place.application;
	const { start, ended } = beginHere(stage);
	const gate = await runToGate(stage, start);
	world.atEnd(gate.open);
	await call(stage, 'maintenance/disable');
	const asked = calls.length;
	// As soon as it was asked once it is on again: the question before COMMIT would find nothing.
	await until('the mode to be asked for', async () => calls.slice(asked).includes('GET maintenance'));
	await call(stage, 'maintenance/enable');
	await ended();
	const run = await readRun(stage.console, gate.runId);
	expect(run).toMatchObject({
		status: 'rolled_back',
		failure: { code: 'maintenance_off', message: expect.stringContaining('during the transaction, at') },
	});
	expect(await checkOf(stage, gate.runId)).toMatchObject({ passed: false, got: 'off' });
	await gate.open();
	await expectUntouched(stage, run);
	return 'off and on again: cancelled, rolled back';
}

async function silentForAMoment(world: World): Promise<string> {
	const stage = await openStage(world);
	const { calls, misbehave } = stage.place.application;
	const { start, ended } = beginHere(stage);
	const gate = await runToGate(stage, start);
	misbehave.set('GET maintenance', 'fail');
	await askedTwice(calls);
	misbehave.delete('GET maintenance');
	await askedTwice(calls);
	await gate.open();
	await ended();
	expect(await readRun(stage.console, gate.runId)).toMatchObject({ status: 'succeeded' });
	expect(await checkOf(stage, gate.runId)).toMatchObject({ passed: true });
	return 'silent for a moment: succeeded';
}

async function askedTwice(calls: string[]): Promise<void> {
	const from = calls.length;
	await until('the mode to be asked for', async () => calls.slice(from).filter((call) => call === 'GET maintenance').length >= 2);
}

async function call({ place }: Stage, path: string): Promise<void> {
	await fetch(`${place.application.url}/${path}`, { method: 'POST' });
}

async function checkOf({ console }: Stage, runId: string): Promise<unknown> {
	const [row] = await console.sql<{ data: string }>(
		`select data from journal_entry where run_id = $1 and phase = 'check' and data->>'name' = 'Maintenance mode between BEGIN and COMMIT'`,
		[runId],
	);
	return row && JSON.parse(row.data);
}
