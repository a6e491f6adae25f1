import { expect } from 'vitest';
import { lookAtRun } from '#lib/run/worker/look-at-run.ts';
import { openStore } from '#lib/store/client.ts';
import { approvedChange, execute, expectOk, readRun, stepsOf, targetsOf } from '#tests/support/change.ts';
import { fenceOf } from '../../processes/worker-process.ts';
import type { Row } from '../../row.ts';
import { isMade, MAKES, openStage } from '../../stage.ts';

const WORKERS = 6;

export const twoWorkers: Row = {
	row: 5,
	step: 'claim',
	fault: 'two workers',
	required: 'one owner',
	async run(world) {
		const stage = await openStage(world);
		const { console, setting } = stage;
		const { runId } = expectOk(await execute(setting, await approvedChange(setting, { files: { '1.sql': MAKES } })));
		const before = await fenceOf(stage, runId);
		const stores = Array.from({ length: WORKERS }, () => openStore(console.appUrl));
		world.atEnd(() => Promise.all(stores.map((store) => store.$disconnect())));
		const { signal } = new AbortController();
		await Promise.all(stores.map((store) => lookAtRun({ store, targets: targetsOf(setting.target), runId, signal })));
		expect(await fenceOf(stage, runId)).toBe(before + 1);
		expect(await readRun(console, runId)).toMatchObject({ status: 'succeeded', truth: { kind: 'committed' } });
		expect((await stepsOf(console, runId)).filter(({ step }) => step === 'claim')).toHaveLength(1);
		expect(await isMade(stage)).toBe(true);
		return `${WORKERS} looked at once, 1 became its owner, and the change was applied once`;
	},
};
