import { expect } from 'vitest';
import { readRun } from '#tests/support/change.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { until } from '#tests/support/sql.ts';
import { commitThenFail, confirmBoth } from '../../harm/commit-then-fail.ts';
import { databasesOf } from '../../observing/databases-of.ts';
import { startWorker } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { openStage, untilStatus } from '../../stage.ts';

export const swappedAndNotOpened: Row = {
	row: 47,
	step: 'swap',
	fault: 'the target goes down between the renames and the opening',
	required: 'nobody is told that the live database is untouched; opened by whoever goes on',
	long: true,
	async run(world) {
		const target = await world.borrowTarget();
		const stage = await openStage(world, { target });
		const { console, place } = stage;
		const waiting = await commitThenFail(stage);
		const { runId } = waiting;
		await confirmBoth(stage, waiting);
		const pause = await pauseAt(console, { step: 'restore', phase: 'progress', summary: 'opening the replacement' });
		await startWorker(world, stage);
		await pause.reached();
		await target.stop('fast');
		await pause.release();
		const told = await until(
			'it to be told',
			async () => {
				const rows = await console.sql<{ message: string }>(
					`select data->>'message' as message from journal_entry where run_id = $1 and step = 'restore' and phase = 'notice' and data->>'severity' = 'ERROR'`,
					[runId],
				);
				return rows.length > 0 && rows;
			},
			120_000,
		);
		expect(told[0]?.message).toMatch(/the swap is done/);
		expect(await readRun(console, runId)).toMatchObject({ status: 'restoring' });
		const texts = () => place.application.alerts.map((alert) => (alert as { text: string }).text);
		await until('the alert', async () => texts().some((text) => /the swap is done/.test(text)));
		const said = texts();
		expect(said.filter((text) => /untouched/.test(text))).toEqual([]);
		expect(said.at(-1)).toMatch(/the swap is done/);
		await target.start();
		await untilStatus(stage, runId, ['restored'], 120_000);
		expect(await lookAt(place)).toEqual(stage.before);
		expect(await databasesOf(stage, runId)).toHaveLength(1);
		expect(place.application.maintenance()).toBe(false);
		return 'told that the swap is done and the database closed; opened when the target was back, restored';
	},
};
