import { expect } from 'vitest';
import { approvedChange, executeToEnd } from '#tests/support/change.ts';
import { query } from '#tests/support/sql.ts';
import type { Row } from '../../row.ts';
import { expectUntouched, MAKES, openStage } from '../../stage.ts';

export const archiverFailing: Row = {
	row: 35,
	step: 'PITR',
	fault: 'archiver failing',
	required: 'gate fails',
	long: true,
	async run(world) {
		const cluster = await world.borrowTarget();
		const set = (sql: string) => query(cluster.url('postgres'), sql);
		await set(`alter system set archive_command = 'false'`);
		await set('select pg_reload_conf()');
		world.atEnd(async () => {
			await set('alter system reset archive_command');
			await set('select pg_reload_conf()');
		});
		const stage = await openStage(world, { target: cluster, define: (d) => Object.assign(d, { recoveryPoint: 'archived' }) });
		const run = await executeToEnd(stage.setting, await approvedChange(stage.setting, { files: { '1.sql': MAKES } }));
		expect(run).toMatchObject({ xid: null, failure: { code: 'backup_failed', message: expect.stringContaining('archiver') } });
		await expectUntouched(stage, run);
		return 'the backup gate failed: the archiver does not work; no transaction was begun';
	},
};
