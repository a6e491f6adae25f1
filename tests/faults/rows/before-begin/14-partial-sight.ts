import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import type { Target } from '#lib/domain/target/target.ts';
import { approvedChange, executeToEnd } from '#tests/support/change.ts';
import type { Row } from '../../row.ts';
import { expectUntouched, MAKES, openStage } from '../../stage.ts';

/** The tables have row-level security; the login has no BYPASSRLS, or may not read one of them. */
function withBackupLogin(target: Target, user: string): Target {
	const { connection } = target;
	return { ...target, connection: { ...connection, logins: { ...connection.logins, backup: { ...connection.logins.backup, user } } } };
}

export const partialSight: Row = {
	row: 14,
	step: 'backup',
	fault: 'role lacks a privilege, or RLS filters its rows',
	required: 'failed, never a partial dump',
	async run(world) {
		const stage = await openStage(world);
		const { place, setting } = stage;
		const change = await approvedChange(setting, { files: { '1.sql': MAKES } });
		const filtered = withBackupLogin(setting.target, 'poor_backup');
		const first = await executeToEnd({ ...setting, target: filtered }, change);
		expect(first.failure).toMatchObject({ code: 'backup_failed', message: expect.stringMatching(/row.level security/i) });
		await expectUntouched(stage, first);

		const blind = withBackupLogin(setting.target, 'blind_backup');
		const second = await executeToEnd({ ...setting, target: blind }, change);
		expect(second.failure).toMatchObject({ code: expect.stringMatching(/backup_failed|baseline_differs/) });
		expect(readdirSync(place.backupFolder)).toEqual([]);
		return 'both failed, no dump was left';
	},
};
