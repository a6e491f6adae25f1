import { expect } from 'vitest';
import { readRun } from '#tests/support/change.ts';
import { until } from '#tests/support/sql.ts';
import type { Row } from '../../row.ts';
import { beginHere, expectUntouched, openStage, runToGate, WAITS } from '../../stage.ts';

const TAKES_A_LOCK = { files: { '1.sql': 'alter table eng.teams add column motto text', '2.sql': WAITS } };

export const othersWait: Row = {
	row: 38,
	step: 'transaction',
	fault: 'another session waits behind our lock longer than allowed',
	required: 'aborted; the victim goes on',
	async run(world) {
		const stage = await openStage(world, { define: (d) => Object.assign(d, { thresholds: { cpu: 100, waitingBehindUs: '1s' } }) });
		const { start, ended } = beginHere(stage);
		const gate = await runToGate(stage, start, TAKES_A_LOCK);
		world.atEnd(gate.open);
		const victim = await stage.place.session();
		world.atEnd(() => victim.end());
		const waitsSince = performance.now();
		const { rows } = await victim.query('select count(*) as n from eng.teams');
		const waitedMs = Math.round(performance.now() - waitsSince);
		expect(Number(rows[0].n)).toBeGreaterThan(0);
		await until('the run to end', async () => (await readRun(stage.console, gate.runId)).status === 'rolled_back');
		await ended();
		const run = await readRun(stage.console, gate.runId);
		expect(run.failure).toMatchObject({ code: 'others_wait' });
		await gate.open();
		await expectUntouched(stage, run);
		return `aborted after 1 s of waiting; the SELECT went on after ${waitedMs} ms`;
	},
};
