import { expect } from 'vitest';
import { reviseChange } from '#lib/change/revise-change.ts';
import { approvedChange, bundleOf, execute, expectOk, sign, targetsOf } from '#tests/support/change.ts';
import { query } from '#tests/support/sql.ts';
import type { Row } from '../../row.ts';
import { MAKES, openStage, type Stage } from '../../stage.ts';

/** Through the app it becomes another revision; by raw SQL, as a superuser who switches the triggers off, the digest differs. */
export const editedAfterSigning: Row = {
	row: 1,
	step: 'sign',
	fault: 'bundle edited afterwards, through the app and by raw SQL',
	required: 'signatures void; execute refused',
	async run(world) {
		const stage = await openStage(world);
		const change = await approvedChange(stage.setting, { files: { '1.sql': MAKES } });
		const revised = await revise(stage, change.changeId);
		expect(await execute(stage.setting, change)).toMatchObject({ ok: false });
		expect(await execute(stage.setting, { changeId: change.changeId, digest: revised })).toMatchObject({ ok: false });
		const late = await sign(stage.setting, { changeId: change.changeId, digest: revised }, { seat: 'chairman' });
		expect(late).toMatchObject({ ok: false, refusal: { code: 'conflict' } });

		const edited = await approvedChange(stage.setting, { files: { '1.sql': MAKES } });
		await editBytes(stage, edited.changeId);
		expect(await execute(stage.setting, edited)).toMatchObject({ ok: false, refusal: { message: expect.stringContaining('void') } });
		expect(await stage.console.sql('select id from run')).toEqual([]);
		return 'revised: the new digest has no signature; edited by SQL: the signatures are void; no run was made';
	},
};

async function revise({ console, setting }: Stage, changeId: string): Promise<string> {
	const bundle = bundleOf({ files: { '1.sql': `${MAKES}-- and more` } });
	const request = {
		target: setting.target.name,
		title: 'A change of the tests',
		reason: 'Shows what happens to it.',
		whyNotStaging: 'There is no staging in a test.',
		risk: 'low' as const,
		responders: [await console.idOf('olga')],
	};
	const actor = await console.actor('rui');
	const { digest } = expectOk(
		await reviseChange({ store: console.store, targets: targetsOf(setting.target), actor, changeId, request, bundle }),
	);
	return digest;
}

async function editBytes({ console }: Stage, changeId: string): Promise<void> {
	await query(
		console.superuserUrl,
		`set session_replication_role = replica;
		 update revision_file set bytes = 'drop schema eng cascade', sha256 = encode(sha256('drop schema eng cascade'), 'hex')
		  where revision_id in (select id from revision where change_id = '${changeId}')`,
	);
}
