import { expect } from 'vitest';
import { flipAByte, newestBackup, truncateAFile } from '../../harm/damage.ts';
import type { Row } from '../../row.ts';
import { expectUntouched, interfereAfter, MAKES, openStage } from '../../stage.ts';

export const backupDamaged: Row = {
	row: 12,
	step: 'backup',
	fault: 'truncated, or a byte flipped',
	required: 'refused',
	async run(world) {
		const stage = await openStage(world, { define: (d) => Object.assign(d, { wayBack: 'scratch_restore' }) });
		for (const damage of [truncateAFile, flipAByte]) {
			const run = await interfereAfter(stage, { step: 'backup', bundle: { files: { '1.sql': MAKES } } }, async () =>
				damage(newestBackup(stage.place.backupFolder)),
			);
			expect(run.failure).toMatchObject({ code: 'way_back_failed', message: expect.stringContaining('has changed since it was made') });
			await expectUntouched(stage, run);
		}
		return 'both refused: not the dump that was made; nothing was begun';
	},
};
