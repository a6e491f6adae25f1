import { expect } from 'vitest';
import { approvedChange, execute, expectOk, readRun } from '#tests/support/change.ts';
import type { Cluster } from '#tests/support/cluster.ts';
import { type Caught, commitOfTheRun } from '../../harm/proxy.ts';
import type { Row } from '../../row.ts';
import { beginHere, behindProxy, expectUntouched, isMade, MAKES, markerOf, openStage } from '../../stage.ts';
import type { World } from '../../world.ts';

type Crash = (caught: Caught, crash: () => Promise<void>) => Promise<void>;

const BEFORE: Crash = async (caught, crash) => {
	await crash();
	caught.cut();
};
const MEANWHILE: Crash = async (caught, crash) => {
	await Promise.all([caught.deliver(), crash()]);
	caught.cut();
};
const AFTER: Crash = async (caught, crash) => {
	await caught.deliver();
	await caught.answered;
	await crash();
	caught.cut();
};

export const targetCrashes: Row = {
	row: 22,
	step: 'COMMIT',
	fault: 'postgres crashes',
	required: 'recovers, marker decides',
	async run(world) {
		const cluster = await world.borrowTarget();
		const before = await crashAt(world, cluster, BEFORE);
		expect(before).toBe('rolled_back');
		const meanwhile = await crashAt(world, cluster, MEANWHILE);
		const after = await crashAt(world, cluster, AFTER);
		expect(after).toBe('succeeded');
		return `before COMMIT arrived: ${before}; while: ${meanwhile}; after: ${after}; each as its marker says`;
	},
};

async function crashAt(world: World, cluster: Cluster, when: Crash): Promise<string> {
	const { stage, proxy } = await behindProxy(world, await openStage(world, { target: cluster }));
	const crash = async () => {
		await cluster.stop('immediate');
		await cluster.start();
	};
	const crashed: Promise<void>[] = [];
	const trap = proxy.catch(commitOfTheRun((caught) => void crashed.push(when(caught, crash))));
	const { runId } = expectOk(await execute(stage.setting, await approvedChange(stage.setting, { files: { '1.sql': MAKES } })));
	const { start, ended } = beginHere(stage);
	await start(runId);
	await trap.caught;
	await Promise.all(crashed);
	await ended();
	const run = await readRun(stage.console, runId);
	const made = await isMade(stage);
	expect(await markerOf(stage, runId)).toBe(made ? 'marker' : 'tombstone');
	expect(run).toMatchObject(
		made ? { status: 'succeeded', truth: { kind: 'committed' } } : { status: 'rolled_back', truth: { kind: 'nothing_committed' } },
	);
	if (!made) await expectUntouched(stage, run);
	expect(stage.place.application.maintenance()).toBe(false);
	return run.status;
}
