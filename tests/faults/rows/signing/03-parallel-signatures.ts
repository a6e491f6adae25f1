import { expect } from 'vitest';
import { fileChange, sign } from '#tests/support/change.ts';
import { readRecord } from '#tests/support/read-record.ts';
import type { Row } from '../../row.ts';
import { MAKES, openStage } from '../../stage.ts';

const SUBMISSIONS = 20;

export const parallelSignatures: Row = {
	row: 3,
	step: 'sign',
	fault: `${SUBMISSIONS} parallel submissions`,
	required: 'one signature',
	async run(world) {
		const { console, setting } = await openStage(world);
		const change = await fileChange(setting, { files: { '1.sql': MAKES } });
		// Half of them by one Database Administrator, half by another.
		const results = await Promise.all(
			Array.from({ length: SUBMISSIONS }, (_, index) => sign(setting, change, { seat: 'dba', person: index % 2 ? 'dana' : 'dario' })),
		);
		expect(results.filter((result) => result.ok)).toHaveLength(1);
		expect(await console.sql('select seat from signature')).toEqual([{ seat: 'dba' }]);
		expect((await readRecord(console)).filter((entry) => entry.kind === 'change.signed')).toHaveLength(1);
		return `1 stored, ${SUBMISSIONS - 1} refused`;
	},
};
