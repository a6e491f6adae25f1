import { expect } from 'vitest';
import { readRun } from '#tests/support/change.ts';
import { until } from '#tests/support/sql.ts';
import type { Row } from '../../row.ts';
import { beginHere, expectUntouched, openStage, runToGate } from '../../stage.ts';

export const watcherDies: Row = {
	row: 36,
	step: 'watcher',
	fault: 'its connection dies',
	required: 'run aborts before COMMIT',
	async run(world) {
		const stage = await openStage(world);
		const { start, ended } = beginHere(stage);
		const gate = await runToGate(stage, start);
		world.atEnd(gate.open);
		const killed = await stage.place.sql(
			`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'countersign watch ' || $1`,
			[gate.runId],
		);
		expect(killed.length).toBeGreaterThan(0);
		// The gate stays shut: only the abort can end the statement that waits there.
		await until('the run to be aborted', async () => (await readRun(stage.console, gate.runId)).status === 'rolled_back');
		await ended();
		const run = await readRun(stage.console, gate.runId);
		expect(run.failure).toMatchObject({ code: 'watching_died' });
		await gate.open();
		await expectUntouched(stage, run);
		return `${killed.length} of its connections ended: the statement was cancelled, rolled back`;
	},
};
