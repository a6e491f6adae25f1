import { expect } from 'vitest';
import { signChange } from '#lib/signatures/sign-change.ts';
import { ADDRESS, fileChange, targetsOf } from '#tests/support/change.ts';
import { PASSWORD } from '#tests/support/people.ts';
import { openSession, until } from '#tests/support/sql.ts';
import type { Row } from '../../row.ts';
import { MAKES, openStage } from '../../stage.ts';

/** The signature waits for the change's lock, with the password already found right, when the session goes. */
export const sessionRevokedMidSign: Row = {
	row: 2,
	step: 'sign',
	fault: 'session revoked mid-sign',
	required: 'refused, nothing stored',
	async run(world) {
		const { console, setting } = await openStage(world);
		const { changeId, digest } = await fileChange(setting, { files: { '1.sql': MAKES } });
		const actor = await console.actor('dana');
		const holder = await openSession(console.superuserUrl);
		world.atEnd(() => holder.end());
		await holder.query(`begin; select from change where id = '${changeId}' for update`);
		const signing = signChange({
			...{ store: console.store, targets: targetsOf(setting.target), actor, changeId, digest },
			...{ seat: 'dba', password: PASSWORD, address: ADDRESS },
		});
		await until('the signature to wait', () => console.sql('select 1 from pg_locks where not granted').then((rows) => rows.length));
		await console.sql('delete from session where id = $1', [actor.sessionId]);
		await holder.query('commit');
		expect(await signing).toMatchObject({ ok: false, refusal: { code: 'not_signed_in' } });
		expect(await console.sql('select id from signature')).toEqual([]);
		expect(await console.sql('select status from change')).toEqual([{ status: 'awaiting_dba' }]);
		return 'refused; no signature, and it still waits for the Database Administrator';
	},
};
