import { expect } from 'vitest';
import { measurePrice } from '#lib/run/orders/measure-price.ts';
import { confirm, expectOk, knownPrice, readRun, runToEnd, targetsOf } from '#tests/support/change.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { commitThenFail, confirmBoth } from '../../harm/commit-then-fail.ts';
import { databasesOf } from '../../observing/databases-of.ts';
import type { Row } from '../../row.ts';
import { openStage, type Stage } from '../../stage.ts';

export const restoreBlocked: Row = {
	row: 29,
	step: 'restore',
	fault: 'sessions or later writes present',
	required: 'blocked; the loss shown; a second person confirms',
	async run(world) {
		const stage = await openStage(world);
		const { place, setting, console } = stage;
		const { runId, rows } = await commitThenFail(stage);
		// One person does not do for two.
		expectOk(await confirm(setting, runId, { capacity: 'operator', person: 'dario', rows }));
		expect(await confirm(setting, runId, { capacity: 'dba', person: 'dario', rows })).toMatchObject({ ok: false });
		expectOk(await confirm(setting, runId, { capacity: 'dba', person: 'dana', rows }));

		// Somebody writes after the price was confirmed.
		await place.sql(`insert into audit.service_logs (service, level, message) values ('psql', 'INFO', 'one'), ('psql', 'INFO', 'two')`);
		const written = await lookAt(place);
		await expectBlocked(stage, runId, /would now lose 2 rows in audit.service_logs, 1 row in eng.made/);
		expect(await lookAt(place)).toEqual(written);

		// The new price takes two new words, and a superuser's open psql cannot be ended by the restore login.
		const price = knownPrice(
			expectOk(await measurePrice({ store: console.store, targets: targetsOf(setting.target), actor: await console.actor('olga'), runId })),
		);
		expect(price.rows).toBe(rows + 2);
		await confirmBoth(stage, { runId });
		const psql = await place.session();
		await expectBlocked(stage, runId, /of postgres/);
		await psql.end();
		expect(await lookAt(place)).toEqual(written);

		await confirmBoth(stage, { runId });
		expect(await runToEnd(setting, runId)).toMatchObject({ status: 'restored', truth: { kind: 'restored' } });
		expect(await lookAt(place)).toEqual(stage.before);
		return `blocked by 2 rows more than confirmed and by an open psql, live untouched each time; restored when two people had confirmed ${price.rows} rows`;
	},
};

async function expectBlocked({ console, setting, place }: Stage, runId: string, why: RegExp): Promise<void> {
	await runToEnd(setting, runId);
	expect(await readRun(console, runId)).toMatchObject({ status: 'awaiting_restore', truth: { kind: 'committed' } });
	const [said] = await console.sql<{ message: string }>(
		`select data->'failure'->>'message' as message from journal_entry where run_id = $1 and step = 'restore' and phase = 'failed' order by seq desc limit 1`,
		[runId],
	);
	expect(said?.message).toMatch(why);
	expect(await console.sql('select 1 from restore_confirmation where run_id = $1', [runId])).toEqual([]);
	expect(place.application.maintenance()).toBe(true);
	expect(await databasesOf({ place }, runId)).toEqual([]);
}
