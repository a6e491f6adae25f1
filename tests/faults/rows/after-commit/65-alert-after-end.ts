import { expect } from 'vitest';
import { approvedChange, execute, expectOk } from '#tests/support/change.ts';
import { readRecord } from '#tests/support/read-record.ts';
import { until } from '#tests/support/sql.ts';
import { diedAtFailpoint, startWorker } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { MAKES_FOR_APP, openStage, type Stage, untilStatus } from '../../stage.ts';
import type { World } from '../../world.ts';

/** For a whole run, with others beside it. */
const LONG_MS = 180_000;

export const alertAfterEnd: Row = {
	row: 65,
	step: 'record',
	fault: 'the worker dies when the run’s end is recorded; the webhook fails, or does not answer',
	required: 'whoever watches is told all the same, once',
	async run(world) {
		return (await Promise.all([diesAfterEnd(world), webhookFails(world), diesBeforeAnswer(world)])).join('; ');
	},
};

async function diesAfterEnd(world: World): Promise<string> {
	const stage = await openStage(world);
	const runId = await executed(stage);
	const worker = await startWorker(world, stage, { faultAt: 'ended:after' });
	await diedAtFailpoint(worker, stage, runId);
	await untilStatus(stage, runId, ['succeeded']);
	expect(stage.place.application.alerts).toEqual([]);
	await startWorker(world, stage);
	await expectToldOnce(stage, runId);
	return 'killed after the end was recorded: told once by the next worker';
}

async function webhookFails(world: World): Promise<string> {
	const stage = await openStage(world);
	stage.place.application.misbehave.set('POST alerts', 'fail');
	const runId = await executed(stage);
	await startWorker(world, stage);
	await until('the alert to be recorded as not sent', async () => (await alertsInRecord(stage)).length > 0, LONG_MS);
	stage.place.application.misbehave.delete('POST alerts');
	await expectToldOnce(stage, runId);
	expect((await alertsInRecord(stage)).map(({ kind }) => kind)).toEqual(['alert.failed', 'alert.sent']);
	return 'the webhook failed: recorded, and told when it worked again';
}

/** Whether the webhook took it nobody knows: it is sent again, under the same id. */
async function diesBeforeAnswer(world: World): Promise<string> {
	const stage = await openStage(world);
	const { application } = stage.place;
	application.misbehave.set('POST alerts', 'hang');
	const runId = await executed(stage);
	const worker = await startWorker(world, stage);
	await until('the alert to be on its way', async () => application.calls.includes('POST alerts'), LONG_MS);
	await worker.kill();
	application.misbehave.delete('POST alerts');
	// What the dead worker has taken is free after two minutes: here they are over.
	await stage.console.sql(`update delivery set next_at = now() where state = 'waiting'`);
	await startWorker(world, stage);
	await expectToldOnce(stage, runId);
	return 'killed while the webhook was silent: sent again';
}

async function executed(stage: Stage): Promise<string> {
	return expectOk(await execute(stage.setting, await approvedChange(stage.setting, MAKES_FOR_APP))).runId;
}

async function expectToldOnce(stage: Stage, runId: string): Promise<void> {
	const sent = async () => (await alertsInRecord(stage)).filter(({ kind }) => kind === 'alert.sent');
	await until('the alert', async () => (await sent()).length > 0, LONG_MS);
	expect(stage.place.application.alerts).toMatchObject([{ outcome: 'succeeded', run: runId, id: expect.any(String) }]);
	expect(await sent()).toHaveLength(1);
	expect(await stage.console.sql(`select seq from outbox union all select entry_seq from delivery where state <> 'sent'`)).toEqual([]);
}

async function alertsInRecord({ console }: Stage) {
	return (await readRecord(console)).filter(({ kind }) => kind.startsWith('alert.'));
}
