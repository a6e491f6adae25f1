import { expect } from 'vitest';
import { approvedChange, execute, expectOk, readRun } from '#tests/support/change.ts';
import { readRecord } from '#tests/support/read-record.ts';
import { commitOfTheRun } from '../../harm/proxy.ts';
import { startWorker } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { behindProxy, isMade, MAKES, markerOf, openStage, untilStatus } from '../../stage.ts';

/** COMMIT goes through while nobody can write down that it did. */
export const consoleDatabaseDown: Row = {
	row: 23,
	step: 'COMMIT',
	fault: 'console database down',
	required: 'page says unknown; reconciled later',
	async run(world) {
		const cluster = await world.borrowConsole();
		const { stage, proxy } = await behindProxy(world, await openStage(world, { console: cluster }));
		const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, { files: { '1.sql': MAKES } })));
		const committed: Promise<void>[] = [];
		const trap = proxy.catch(
			commitOfTheRun((caught) => {
				const down = async () => {
					await cluster.stop('immediate');
					await caught.deliver();
					await caught.answered;
					caught.cut();
				};
				committed.push(down());
			}),
		);
		const worker = await startWorker(world, stage);
		await trap.caught;
		await Promise.all(committed);
		expect(await isMade(stage)).toBe(true);
		await cluster.start();
		const seen = await readRun(stage.console, runId);
		expect(seen).toMatchObject({ status: 'running', truth: { kind: 'checking' } });
		await startWorker(world, stage);
		await untilStatus(stage, runId, ['succeeded']);
		expect(await readRun(stage.console, runId)).toMatchObject({ truth: { kind: 'committed' }, changeStatus: 'succeeded' });
		expect(await markerOf(stage, runId)).toBe('marker');
		expect(stage.place.application.maintenance()).toBe(false);
		const kinds = (await readRecord(stage.console)).map((entry) => entry.kind);
		expect(kinds.filter((kind) => kind === 'run.ended')).toHaveLength(1);
		await worker.kill();
		return 'the page said "checking" as long as nobody knew; then the marker settled it: committed';
	},
};
