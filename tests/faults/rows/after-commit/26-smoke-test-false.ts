import { expect } from 'vitest';
import { knownPrice, readRun } from '#tests/support/change.ts';
import { readRecord } from '#tests/support/read-record.ts';
import { commitThenFail } from '../../harm/commit-then-fail.ts';
import type { Row } from '../../row.ts';
import { markerOf, openStage } from '../../stage.ts';

export const smokeTestFalse: Row = {
	row: 26,
	step: 'smoke',
	fault: 'an expectation false after COMMIT',
	required: 'maintenance stays; restore offered, priced',
	async run(world) {
		const stage = await openStage(world);
		const { runId } = await commitThenFail(stage);
		expect(await markerOf(stage, runId)).toBe('marker');
		const price = knownPrice((await readRun(stage.console, runId)).price);
		// The row that made the test fail is in a table which the change made; who wrote it is no concern of the price.
		expect(price.rows).toBe(1);
		expect((await readRecord(stage.console)).map((entry) => entry.kind)).toContain('restore.offered');
		expect(stage.place.application.alerts).toContainEqual(expect.objectContaining({ outcome: 'awaiting_restore' }));
		return `committed, maintenance mode stays on; restore offered for ${price.rows} row that another wrote`;
	},
};
