import { expect } from 'vitest';
import { approvedChange, execute } from '#tests/support/change.ts';
import type { Row } from '../../row.ts';
import { MAKES, openStage } from '../../stage.ts';

export const signerGone: Row = {
	row: 6,
	step: 'claim',
	fault: 'a signer lost the role or the account since',
	required: 'refused',
	async run(world) {
		const { console, setting, place } = await openStage(world);
		const change = await approvedChange(setting, { files: { '1.sql': MAKES } });
		const samir = await console.idOf('samir');
		await console.sql('update person set active = false where id = $1', [samir]);
		expect(await execute(setting, change)).toMatchObject({ ok: false, refusal: { message: expect.stringContaining('no quorum') } });
		await console.sql('update person set active = true where id = $1', [samir]);
		await console.sql(`delete from person_role where person_id = $1 and role = 'security_officer'`, [samir]);
		expect(await execute(setting, change)).toMatchObject({ ok: false, refusal: { message: expect.stringContaining('no quorum') } });
		// What the code refuses, the database refuses as well.
		await expect(
			console.sql(
				`insert into run (change_id, number, revision_id, digest, target, operator_id, requester_id, truth)
				 select c.id, 1, r.id, r.digest, c.target, $1, c.requester_id, '{}' from change c join revision r on r.change_id = c.id`,
				[await console.idOf('olga')],
			),
		).rejects.toThrow(/quorum/);
		expect(await console.sql('select id from run')).toEqual([]);
		expect(place.application.calls).toEqual([]);
		return 'refused for the account and for the role, by the code and by the database; no run';
	},
};
