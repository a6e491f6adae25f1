import { expect } from 'vitest';
import { approvedChange, execute, expectOk, readRun } from '#tests/support/change.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { readRecord } from '#tests/support/read-record.ts';
import { until } from '#tests/support/sql.ts';
import { commitThenFail, confirmBoth } from '../../harm/commit-then-fail.ts';
import { A_TABLE_IN_THE_DUMP } from '../../harm/proxy.ts';
import { databasesOf } from '../../observing/databases-of.ts';
import { startWorker, type WorkerProcess } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { behindProxy, expectUntouched, isMade, MAKES_FOR_APP, openStage, runToGate, type Stage, untilStatus } from '../../stage.ts';
import type { World } from '../../world.ts';

/** A deploy does not wait longer. */
const STOPS_WITHIN_MS = 10_000;

export const workerToldToStop: Row = {
	row: 42,
	step: 'any',
	fault: 'SIGTERM, as a deploy sends it, under a plan that restores by itself',
	required: 'rolled back before COMMIT; after it, let go of as it stands, and the next worker goes on',
	async run(world) {
		return (await Promise.all([inBackup(world), inTransaction(world), inSmokeTests(world), inWebProcess(world), inRestore(world)])).join(
			'; ',
		);
	},
};

async function inBackup(world: World): Promise<string> {
	const direct = await openStage(world);
	const { stage, proxy } = await behindProxy(world, direct);
	const trap = proxy.catch(A_TABLE_IN_THE_DUMP);
	const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, MAKES_FOR_APP)));
	const worker = await startWorker(world, stage);
	await trap.caught;
	const ms = await stopInTime(worker);
	const run = await readRun(stage.console, runId);
	expect(run).toMatchObject({ status: 'rolled_back', failure: { code: 'worker_stopping' } });
	await expectUntouched(direct, run);
	return `in the backup: rolled back, ended in ${ms} ms`;
}

async function inTransaction(world: World): Promise<string> {
	const stage = await openStage(world);
	const workers: WorkerProcess[] = [];
	const gate = await runToGate(stage, async () => workers.push(await startWorker(world, stage)));
	const ms = await stopInTime(workers[0]);
	await gate.open();
	const run = await readRun(stage.console, gate.runId);
	expect(run).toMatchObject({ status: 'rolled_back', failure: { code: 'worker_stopping' } });
	await expectUntouched(stage, run);
	return `in the transaction: rolled back, ended in ${ms} ms`;
}

async function inSmokeTests(world: World): Promise<string> {
	return `at the smoke tests: ${await letGoAtSmokeTests(world)}`;
}

async function inWebProcess(world: World): Promise<string> {
	return `in a web process: ${await letGoAtSmokeTests(world, { script: 'tests/faults/processes/web-server.ts' })}`;
}

async function letGoAtSmokeTests(world: World, how: { script?: string } = {}): Promise<string> {
	const stage = await openStage(world);
	const bundle = { ...MAKES_FOR_APP, manifest: { ...MAKES_FOR_APP.manifest, restore: 'automatic' } };
	const pause = await pauseAt(stage.console, { step: 'smoke tests', phase: 'started' });
	const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, bundle)));
	const worker = await startWorker(world, stage, how);
	await pause.reached();
	const stopped = stopInTime(worker);
	stopped.catch(() => undefined); // It is asked below, if nothing else fails before.
	await until('the worker to have heard', async () => worker.log().includes('it releases its runs'));
	await pause.release();
	const ms = await stopped;
	await expectLetGo(stage, runId, 'running');
	expect(await isMade(stage)).toBe(true);
	await startWorker(world, stage);
	await untilStatus(stage, runId, ['succeeded']);
	expect([await isMade(stage), stage.place.application.maintenance()]).toEqual([true, false]);
	return `let go of in ${ms} ms, gone on with, succeeded`;
}

async function inRestore(world: World): Promise<string> {
	const stage = await openStage(world);
	const waiting = await commitThenFail(stage);
	await confirmBoth(stage, waiting);
	const pause = await pauseAt(stage.console, { step: 'restore', phase: 'progress', summary: 'looking at it for the last time' });
	const worker = await startWorker(world, stage);
	await pause.reached();
	const stopped = stopInTime(worker);
	stopped.catch(() => undefined); // It is asked below, if nothing else fails before.
	await until('the worker to have heard', async () => worker.log().includes('it releases its runs'));
	await pause.release();
	const ms = await stopped;
	await expectLetGo(stage, waiting.runId, 'restoring');
	expect(await lookAt(stage.place)).toEqual(waiting.committed);
	await startWorker(world, stage);
	await untilStatus(stage, waiting.runId, ['restored']);
	expect(await lookAt(stage.place)).toEqual(stage.before);
	expect(await databasesOf(stage, waiting.runId)).toHaveLength(1);
	return `in the swap: reverted and let go of in ${ms} ms, gone on with, restored`;
}

async function stopInTime(worker: WorkerProcess | undefined): Promise<number> {
	if (!worker) throw new Error('no worker was started');
	const ms = await worker.stop();
	expect(ms, worker.log()).toBeLessThan(STOPS_WITHIN_MS);
	return ms;
}

async function expectLetGo(stage: Stage, runId: string, status: string): Promise<void> {
	expect(await readRun(stage.console, runId)).toMatchObject({ status, truth: { kind: 'committed' } });
	expect(await stage.console.sql('select owner_seen_at from run where id = $1', [runId])).toEqual([{ owner_seen_at: null }]);
	const kinds = (await readRecord(stage.console)).map((entry) => entry.kind);
	expect(kinds.at(-1)).toBe('run.let_go');
}
