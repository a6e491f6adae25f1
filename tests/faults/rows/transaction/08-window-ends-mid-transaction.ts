import { expect } from 'vitest';
import { readRun } from '#tests/support/change.ts';
import { query, until } from '#tests/support/sql.ts';
import type { Row } from '../../row.ts';
import { beginHere, expectUntouched, openStage, runToGate } from '../../stage.ts';

/**
 * Enough for the run to stand in its statement, with the second for a restore that the window must have left at BEGIN; and no longer
 * than a statement may wait for a lock.
 */
const CLOSES_AFTER_MS = 10_000;
/** A cancelled statement ends at once, if the processors let it; the gate stays shut, so that nothing else ends it. */
const CANCELLED_WITHIN_MS = 10_000;

export const windowEndsMidTransaction: Row = {
	row: 8,
	step: 'window',
	fault: 'ends mid-transaction',
	required: 'cancelled, rolled back',
	long: true,
	async run(world) {
		const stage = await openStage(world);
		const { start, ended } = beginHere(stage);
		let closesAt = 0;
		const { runId, open } = await runToGate(stage, start, undefined, async () => {
			closesAt = Date.now() + CLOSES_AFTER_MS;
			const from = new Date(closesAt - 3_600_000).toISOString();
			stage.setting.target.window = { once: [{ from, to: new Date(closesAt).toISOString() }], freezes: [] };
		});
		world.atEnd(open);
		expect(Date.now()).toBeLessThan(closesAt);
		const waits = `select 1 from pg_stat_activity where application_name = 'countersign run ' || $1 and state = 'active'`;
		const isCancelled = async () => (await query(stage.place.urlOf('postgres'), waits, [runId])).length === 0;
		await until('the statement to be cancelled', isCancelled, CLOSES_AFTER_MS + CANCELLED_WITHIN_MS);
		const cancelledMs = Date.now() - closesAt;
		expect(cancelledMs).toBeGreaterThan(-500);
		await ended();
		const run = await readRun(stage.console, runId);
		expect(run.failure).toMatchObject({ code: 'outside_window' });
		await open();
		await expectUntouched(stage, run);
		return `the statement was cancelled ${cancelledMs} ms after the window had ended; rolled back`;
	},
};
