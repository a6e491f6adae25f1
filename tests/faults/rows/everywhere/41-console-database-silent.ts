import { expect } from 'vitest';
import { readRun } from '#tests/support/change.ts';
import { until } from '#tests/support/sql.ts';
import { startProxy } from '../../harm/proxy.ts';
import { startWorker, type WorkerProcess } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { expectUntouched, isMade, markerOf, openStage, runToGate, untilStatus } from '../../stage.ts';

/** Nothing can be written down, and nothing says so. A run that can tell nobody holds the target's locks no longer than its lease. */
export const consoleDatabaseSilent: Row = {
	row: 41,
	step: 'transaction',
	fault: 'console database silent, and nothing is closed',
	required: 'the target is let go; not applied',
	long: true,
	async run(world) {
		const stage = await openStage(world);
		const proxy = await startProxy({ port: world.console.port });
		world.atEnd(() => proxy.close());
		const url = new URL(stage.console.appUrl);
		url.port = String(proxy.port);
		const cutOff = { ...stage, console: { ...stage.console, appUrl: url.href } };
		const workers: WorkerProcess[] = [];
		const gate = await runToGate(stage, async () => workers.push(await startWorker(world, cutOff)));
		world.atEnd(gate.open);
		const speak = proxy.silence();
		await until('the run’s session to end', async () => {
			const [session] = await stage.place.sql('select from pg_stat_activity where pid = $1', [gate.pid]);
			return session === undefined;
		});
		expect(await readRun(stage.console, gate.runId)).toMatchObject({ status: 'running', truth: { kind: 'nothing_committed' } });
		expect(stage.place.application.maintenance()).toBe(true);
		speak();
		await untilStatus(stage, gate.runId, ['rolled_back']);
		await gate.open();
		await workers[0]?.kill(); // It would watch the target for ten minutes more.
		expect([await markerOf(stage, gate.runId), await isMade(stage)]).toEqual(['tombstone', false]);
		await expectUntouched(stage, await readRun(stage.console, gate.runId));
		return 'its lease over, the worker let the target go; on new connections it took the run over: tombstone set, rolled back';
	},
};
