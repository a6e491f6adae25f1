import { expect } from 'vitest';
import { measurePrice } from '#lib/run/orders/measure-price.ts';
import { confirm, expectOk, knownPrice, runToEnd, targetsOf } from '#tests/support/change.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { commitThenFail } from '../../harm/commit-then-fail.ts';
import type { Row } from '../../row.ts';
import { openStage } from '../../stage.ts';

/** Each a call of its own: VACUUM takes no other beside it. */
const MAINTENANCE = [
	...['vacuum full eng.teams', 'vacuum full eng.made', 'cluster audit.service_logs using service_logs_pkey'],
	...['reindex table eng.teams', 'vacuum (analyze, freeze)', 'checkpoint'],
];

export const priceThroughACrash: Row = {
	row: 54,
	step: 'restore',
	fault: 'the target is vacuumed, restarts and crashes while the decision waits',
	required: 'the price is what it was, and a restore can be confirmed at it',
	long: true,
	async run(world) {
		const target = await world.borrowTarget();
		const stage = await openStage(world, { target });
		const { console, place, setting } = stage;
		await place.sql(
			'create unlogged table eng.fleeting as select generate_series(1, 30) as id; alter table eng.fleeting owner to ehg_owner',
		);
		const before = await lookAt(place);
		const { runId } = await commitThenFail(stage);
		const measure = async () => {
			const actor = await console.actor('olga');
			return knownPrice(expectOk(await measurePrice({ store: console.store, targets: targetsOf(setting.target), actor, runId })));
		};
		await place.sql(`update eng.teams set mandate = 'late' where id <= 2; grant insert on eng.teams to analyst_ro`);
		const { digest, rows, objects } = await measure();
		expect({ rows, objects }).toMatchObject({ rows: 3, objects: [{ kind: 'privileges', name: 'table eng.teams' }] });

		for (const sql of MAINTENANCE) await place.sql(sql);
		expect(await measure()).toMatchObject({ digest, rows, objects });
		await target.stop('fast');
		await target.start();
		expect(await measure()).toMatchObject({ digest, rows, objects });
		expectOk(await confirm(setting, runId, { capacity: 'operator', person: 'olga', price: digest }));

		await target.stop('immediate');
		await target.start();
		expect(await measure()).toMatchObject({ digest, objects });
		expectOk(await confirm(setting, runId, { capacity: 'dba', person: 'dana', price: digest }));
		expect(await runToEnd(setting, runId)).toMatchObject({ status: 'restored', truth: { kind: 'restored' } });
		expect(await lookAt(place)).toEqual(before);
		return 'the same price after maintenance, a restart and a crash between two confirmations; restored at it';
	},
};
