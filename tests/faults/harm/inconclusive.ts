import { expect } from 'vitest';
import { askSmokeTestsAgain } from '#lib/run/orders/ask-smoke-tests-again.ts';
import { approvedChange, type BundleInput, execute, expectOk, noQueue, runToEnd } from '#tests/support/change.ts';
import { behindProxy, isMade, MAKES_FOR_APP, markerOf, openStage } from '../stage.ts';
import type { World } from '../world.ts';
import type { Trap } from './proxy.ts';

/** The smoke test after COMMIT gets no answer as often as it is asked: the run waits for people, and passes when they ask again. */
export async function noAnswerToSmokeTest(world: World, { fate, timeouts = {} }: { fate: Trap['fate']; timeouts?: object }): Promise<void> {
	const { stage, proxy } = await behindProxy(world, await openStage(world));
	const { setting, place, console } = stage;
	const trap = proxy.catch({ application: /^countersign smoke /, text: /eng\.made/, times: 3, fate });
	const bundle: BundleInput = { ...MAKES_FOR_APP, manifest: { ...MAKES_FOR_APP.manifest, timeouts } };
	const { runId } = expectOk(await execute(setting, await approvedChange(setting, bundle)));
	const first = await runToEnd(setting, runId);
	expect(trap.count()).toBe(3);
	expect(first).toMatchObject({ status: 'awaiting_restore', truth: { kind: 'committed' }, failure: { code: 'smoke_test_inconclusive' } });
	expect(place.application.maintenance()).toBe(true);
	expectOk(await askSmokeTestsAgain({ store: console.store, actor: await console.actor('olga'), runId, enqueue: noQueue }));
	expect(await runToEnd(setting, runId)).toMatchObject({ status: 'succeeded', changeStatus: 'succeeded' });
	expect(place.application.maintenance()).toBe(false);
	expect([await markerOf(stage, runId), await isMade(stage)]).toEqual(['marker', true]);
}
