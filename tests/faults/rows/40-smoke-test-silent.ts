import { expect } from 'vitest';
import { askSmokeTestsAgain } from '#lib/run/ask-smoke-tests-again.ts';
import { approvedChange, execute, expectOk, noQueue, runToEnd } from '#tests/support/change.ts';
import type { Row } from '../row.ts';
import { behindProxy, isMade, MAKES_FOR_APP, markerOf, openStage } from '../stage.ts';

const SHORT = { ...MAKES_FOR_APP, manifest: { ...MAKES_FOR_APP.manifest, timeouts: { statement: '1s' } } };

export const smokeTestSilent: Row = {
	row: 40,
	step: 'smoke',
	fault: 'the line goes silent, and nothing is closed',
	required: 'inconclusive is not a pass; asked again',
	long: true,
	async run(world) {
		const { stage, proxy } = await behindProxy(world, await openStage(world));
		const { setting, place, console } = stage;
		const trap = proxy.catch({ application: /^countersign smoke /, text: /eng\.made/, times: 3, fate: () => undefined });
		const { runId } = expectOk(await execute(setting, await approvedChange(setting, SHORT)));
		const first = await runToEnd(setting, runId);
		expect(trap.count()).toBe(3);
		expect(first).toMatchObject({ status: 'awaiting_restore', truth: { kind: 'committed' }, failure: { code: 'smoke_test_inconclusive' } });
		expect(place.application.maintenance()).toBe(true);
		expectOk(await askSmokeTestsAgain({ store: console.store, actor: await console.actor('olga'), runId, enqueue: noQueue }));
		expect(await runToEnd(setting, runId)).toMatchObject({ status: 'succeeded', changeStatus: 'succeeded' });
		expect(place.application.maintenance()).toBe(false);
		expect([await markerOf(stage, runId), await isMade(stage)]).toEqual(['marker', true]);
		return 'no answer 3 times: inconclusive, maintenance mode stayed on; asked again: passed';
	},
};
