import { expect } from 'vitest';
import { askSmokeTestsAgain } from '#lib/run/orders/ask-smoke-tests-again.ts';
import { approvedChange, execute, expectOk, noQueue, readRun, runToEnd } from '#tests/support/change.ts';
import { until } from '#tests/support/sql.ts';
import { commitThenFail } from '../../harm/commit-then-fail.ts';
import { diedAtFailpoint, fenceOf, startWorker, takeOver } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { isMade, MAKES_FOR_APP, openStage, type Stage, untilStatus } from '../../stage.ts';
import type { World } from '../../world.ts';

const AUTOMATIC = { ...MAKES_FOR_APP, manifest: { ...MAKES_FOR_APP.manifest, restore: 'automatic' } };

export const workerDiesEnding: Row = {
	row: 62,
	step: 'maintenance mode off',
	fault: 'a worker dies, or a restore leaves services stopped, and the health endpoint says so; the plan restores by itself',
	required: 'a good change is not put back: services run and maintenance mode is on before smoke tests are asked again',
	async run(world) {
		return (await Promise.all([whileStopped(world), onceInUse(world), askedAgain(world)])).join('; ');
	},
};

/** An application that is not well while its service is stopped. */
function wellWhileRunning({ place }: Stage): void {
	const { misbehave } = place.application;
	misbehave.set('POST stop', async () => void misbehave.set('GET health', 'fail'));
	misbehave.set('POST start', async () => void misbehave.delete('GET health'));
}

async function whileStopped(world: World): Promise<string> {
	const stage = await openStage(world);
	wellWhileRunning(stage);
	const { misbehave, calls } = stage.place.application;
	const start = misbehave.get('POST start');
	misbehave.set('POST start', 'hang');
	const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, AUTOMATIC)));
	const worker = await startWorker(world, stage);
	await until('the service to be about to start', async () => calls.includes('POST start ehg-app'));
	const fence = await fenceOf(stage, runId);
	const diedAt = await worker.kill();
	if (start) misbehave.set('POST start', start);
	await takeOver(world, stage, { runId, diedAt, fence });
	await expectSucceeded(stage, runId);
	expect(calls.filter((call) => /^POST (stop|start)/.test(call)).at(-1)).toBe('POST start ehg-app');
	return 'killed with a service stopped: it runs, succeeded';
}

/** Whoever uses the application again writes what the smoke tests did not expect. */
async function onceInUse(world: World): Promise<string> {
	const stage = await openStage(world);
	const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, AUTOMATIC)));
	const worker = await startWorker(world, stage, { faultAt: 'maintenance mode off:after' });
	const diedAt = await diedAtFailpoint(worker, stage, runId);
	await stage.place.sql('insert into eng.made values (1)');
	await takeOver(world, stage, { runId, diedAt, fence: await fenceOf(stage, runId) });
	await expectSucceeded(stage, runId);
	expect(await stage.place.sql('select id from eng.made')).toEqual([{ id: '1' }]);
	return 'killed when the application was in use again: its row stays, succeeded';
}

async function askedAgain(world: World): Promise<string> {
	const stage = await openStage(world);
	const { runId } = await commitThenFail(stage);
	await stage.place.sql('delete from eng.made');
	wellWhileRunning(stage);
	await call(stage, 'stop?name=ehg-app');
	await call(stage, 'maintenance/disable');
	const { store, actor } = stage.console;
	expectOk(await askSmokeTestsAgain({ store, actor: await actor('olga'), runId, enqueue: noQueue }));
	const { calls } = stage.place.application;
	const from = calls.length;
	await runToEnd(stage.setting, runId);
	await expectSucceeded(stage, runId);
	const since = calls.slice(from);
	expect(since.indexOf('POST maintenance/enable')).toBeLessThan(since.indexOf('GET health'));
	expect(since.indexOf('POST start ehg-app')).toBeLessThan(since.indexOf('GET health'));
	return 'asked again with a service stopped: put right first, succeeded';
}

async function call({ place }: Stage, path: string): Promise<void> {
	await fetch(`${place.application.url}/${path}`, { method: 'POST' });
}

async function expectSucceeded(stage: Stage, runId: string): Promise<void> {
	await untilStatus(stage, runId, ['succeeded', 'awaiting_restore', 'restored', 'unknown']);
	const run = await readRun(stage.console, runId);
	expect(run, run.failure?.message).toMatchObject({ status: 'succeeded', truth: { kind: 'committed' } });
	expect([await isMade(stage), stage.place.application.maintenance()]).toEqual([true, false]);
}
