import { expect } from 'vitest';
import { measurePrice } from '#lib/run/orders/measure-price.ts';
import { expectOk, readRun, runToEnd, targetsOf } from '#tests/support/change.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { commitThenFail, confirmBoth } from '../../harm/commit-then-fail.ts';
import type { Row } from '../../row.ts';
import { openStage } from '../../stage.ts';

export const changedBeforeTheSwap: Row = {
	row: 56,
	step: 'swap',
	fault: 'others grant a privilege after two people have confirmed',
	required: 'not restored at a price that nobody confirmed; asked again',
	async run(world) {
		const stage = await openStage(world);
		const { console, place, setting } = stage;
		const { runId } = await commitThenFail(stage);
		await confirmBoth(stage, { runId });
		await place.sql('grant insert on eng.teams to analyst_ro');
		const written = await lookAt(place);
		const run = await runToEnd(setting, runId);
		expect(run).toMatchObject({
			status: 'awaiting_restore',
			truth: { kind: 'committed' },
			price: { rows: 1, objects: [{ kind: 'privileges' }] },
		});
		const [failed] = await console.sql<{ failure: string }>(
			`select data->'failure' as failure from journal_entry where run_id = $1 and step = 'restore' and phase = 'failed'`,
			[runId],
		);
		expect(JSON.parse(failed?.failure ?? '')).toMatchObject({
			code: 'price_changed',
			message: 'A restore would now lose 1 row in eng.made, the grants on table eng.teams; confirmed was: 1 row in eng.made.',
		});
		expect(await console.sql('select 1 from restore_confirmation where run_id = $1', [runId])).toEqual([]);
		expect(await lookAt(place)).toEqual(written);

		// Measured again it is the price that the swap has seen, and that is what people confirm now.
		const actor = await console.actor('olga');
		const price = expectOk(await measurePrice({ store: console.store, targets: targetsOf(setting.target), actor, runId }));
		expect(price.digest).toBe(run.price?.digest);
		await confirmBoth(stage, { runId });
		expect(await runToEnd(setting, runId)).toMatchObject({ status: 'restored', truth: { kind: 'restored' } });
		expect(await lookAt(place)).toEqual(stage.before);
		expect((await readRun(console, runId)).changeStatus).toBe('restored');
		return 'a grant after the confirmations stopped the swap, the live database untouched; confirmed at the new price: restored';
	},
};
