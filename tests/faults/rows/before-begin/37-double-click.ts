import { expect } from 'vitest';
import { approvedChange, execute } from '#tests/support/change.ts';
import { readRecord } from '#tests/support/read-record.ts';
import type { Row } from '../../row.ts';
import { MAKES, openStage } from '../../stage.ts';

const CLICKS = 10;

export const doubleClick: Row = {
	row: 37,
	step: 'execute',
	fault: 'double click, two operators',
	required: 'one run',
	async run(world) {
		const { console, setting } = await openStage(world);
		const change = await approvedChange(setting, { files: { '1.sql': MAKES } });
		const results = await Promise.all(
			Array.from({ length: CLICKS }, (_, n) => execute(setting, change, { operator: n % 2 ? 'olga' : 'otto' })),
		);
		expect(results.filter((result) => result.ok)).toHaveLength(1);
		expect(await console.sql('select number, status from run')).toEqual([{ number: '1', status: 'queued' }]);
		expect((await readRecord(console)).filter((entry) => entry.kind === 'run.claimed')).toHaveLength(1);
		return `${CLICKS} clicks of two operators, 1 run`;
	},
};
