import { expect } from 'vitest';
import { askSmokeTestsAgain } from '#lib/run/orders/ask-smoke-tests-again.ts';
import { expectOk, noQueue, readRun } from '#tests/support/change.ts';
import { commitThenFail } from '../../harm/commit-then-fail.ts';
import { startWorker } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { openStage, untilStatus } from '../../stage.ts';

export const askedAgainWithoutTarget: Row = {
	row: 49,
	step: 'smoke',
	fault: 'asked again while the target is down',
	required: 'committed stays committed; people decide; nothing is restored by itself',
	long: true,
	async run(world) {
		const target = await world.borrowTarget();
		const stage = await openStage(world, { target });
		const { console, place } = stage;
		const { runId } = await commitThenFail(stage);
		const ask = async () =>
			expectOk(await askSmokeTestsAgain({ store: console.store, actor: await console.actor('olga'), runId, enqueue: noQueue }));
		await place.sql('delete from eng.made');
		await target.stop('fast');
		await ask();
		await startWorker(world, stage);
		await untilStatus(stage, runId, ['awaiting_restore'], 120_000);
		expect(await readRun(console, runId)).toMatchObject({ truth: { kind: 'committed' }, failure: { code: 'target_unreachable' } });
		await target.start();
		await ask();
		await untilStatus(stage, runId, ['succeeded']);
		expect(place.application.maintenance()).toBe(false);
		return 'waits for people, committed; asked again when the target was back: succeeded';
	},
};
