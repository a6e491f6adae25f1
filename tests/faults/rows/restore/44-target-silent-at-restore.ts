import { expect } from 'vitest';
import { measurePrice } from '#lib/run/orders/measure-price.ts';
import { expectOk, readRun, targetsOf } from '#tests/support/change.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { readRecord } from '#tests/support/read-record.ts';
import { until } from '#tests/support/sql.ts';
import { commitThenFail, confirmBoth } from '../../harm/commit-then-fail.ts';
import { fenceOf, startWorker } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { openStage, untilStatus } from '../../stage.ts';

const ALERT = /restore failed.*could not be reached.*critical/;

export const targetSilentAtRestore: Row = {
	row: 44,
	step: 'restore',
	fault: 'confirmed, and the target is down',
	required: 'given up after a while and told; people decide again',
	long: true,
	async run(world) {
		const target = await world.borrowTarget();
		const stage = await openStage(world, { target });
		const { console, place, setting } = stage;
		const waiting = await commitThenFail(stage);
		const { runId } = waiting;
		await confirmBoth(stage, waiting);
		await target.stop('fast');
		const fence = await fenceOf(stage, runId);
		await startWorker(world, stage);
		await untilStatus(stage, runId, ['awaiting_restore']);
		expect(await fenceOf(stage, runId)).toBe(fence + 1);
		const ended = (await readRecord(console)).filter((entry) => entry.kind === 'restore.ended');
		expect(ended).toMatchObject([{ data: { restored: false, why: expect.stringMatching(/could not be reached/) } }]);
		// It is sent after the run has been seen to wait.
		await until('the alert', async () => place.application.alerts.some((sent) => ALERT.test(JSON.stringify(sent))));
		await target.start();
		expect(await lookAt(place)).toEqual(waiting.committed);
		const actor = await console.actor('olga');
		expectOk(await measurePrice({ store: console.store, targets: targetsOf(setting.target), actor, runId }));
		await confirmBoth(stage, { runId });
		await untilStatus(stage, runId, ['restored']);
		expect(await lookAt(place)).toEqual(stage.before);
		expect((await readRun(console, runId)).changeStatus).toBe('restored');
		return 'tried 4 times by one owner, told in the record and as an alert; back and confirmed again: restored';
	},
};
