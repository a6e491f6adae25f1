import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { approvedChange, executeToEnd } from '#tests/support/change.ts';
import { mountSmallDisk } from '../../harm/small-disk.ts';
import type { Row } from '../../row.ts';
import { expectUntouched, MAKES, openStage } from '../../stage.ts';

export const diskFull: Row = {
	row: 9,
	step: 'backup',
	fault: 'disk full',
	required: 'failed; partial file removed',
	needsRoot: true,
	async run(world) {
		const folder = join(await mountSmallDisk(world, '64k'), 'backups');
		const stage = await openStage(world, { define: (d) => Object.assign(d, { backup: { folder } }) });
		const run = await executeToEnd(stage.setting, await approvedChange(stage.setting, { files: { '1.sql': MAKES } }));
		expect(run.failure).toMatchObject({ code: 'backup_failed', message: expect.stringContaining('No space left on device') });
		expect(readdirSync(folder)).toEqual([]);
		await expectUntouched(stage, run);
		return 'No space left on device: the backup failed, nothing of it is left, nothing was begun';
	},
};
