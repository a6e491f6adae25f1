import { expect } from 'vitest';
import { beginRehearsal, readRehearsed } from '#tests/support/rehearse.ts';
import { askWith, askWithGate, expectLiveAsBefore, expectNothingLeft } from '../../harm/rehearsing.ts';
import type { Row } from '../../row.ts';
import { MAKES, openStage } from '../../stage.ts';

export const targetCrashesRehearsing: Row = {
	row: 73,
	step: 'rehearsal',
	fault: 'target crashes in its transaction',
	required: 'it fails and says so; nothing left over; the next one passes',
	async run(world) {
		const cluster = await world.borrowTarget();
		const stage = await openStage(world, { target: cluster });
		const gate = await askWithGate(stage, cluster.url);
		const rehearsing = beginRehearsal(stage.setting);
		await gate.stands();
		await cluster.stop('immediate');
		await cluster.start();
		await rehearsing;
		await gate.open();
		const { status, failure } = await readRehearsed(stage.setting, gate.id);
		expect([status, failure?.code, failure?.part]).toEqual(['failed', 'rehearsal_server_lost', 'transaction']);
		await expectNothingLeft(stage, gate.id);
		await expectLiveAsBefore(stage);
		const again = await askWith(stage, { files: { '1.sql': MAKES } });
		await beginRehearsal(stage.setting);
		expect(await readRehearsed(stage.setting, again)).toMatchObject({ status: 'passed', failure: null });
		return `it failed: ${failure?.message}; nothing left; the next one passed`;
	},
};
