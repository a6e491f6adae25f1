import { expect } from 'vitest';
import { beginRehearsal, readRehearsed } from '#tests/support/rehearse.ts';
import { askWith, askWithGate, expectLiveAsBefore, expectNothingLeft } from '../../harm/rehearsing.ts';
import type { Row } from '../../row.ts';
import { MAKES, openStage } from '../../stage.ts';

export const rehearsalServerCrashes: Row = {
	row: 74,
	step: 'rehearsal',
	fault: 'rehearsal server crashes in its transaction',
	required: 'it fails and says so; nothing left over on either server; the next one passes',
	async run(world) {
		const server = await world.borrowTarget();
		const stage = await openStage(world, {
			define: (definition) => {
				const { host, sslmode, logins } = definition.connection;
				Object.assign(definition, { rehearsal: { server: { host, sslmode, logins, port: server.port } } });
			},
		});
		const both = [server.url('postgres'), stage.place.urlOf('postgres')];
		const gate = await askWithGate(stage, server.url);
		const rehearsing = beginRehearsal(stage.setting);
		await gate.stands();
		await server.stop('immediate');
		await server.start();
		await rehearsing;
		await gate.open();
		const { status, failure } = await readRehearsed(stage.setting, gate.id);
		expect([status, failure?.code, failure?.part]).toEqual(['failed', 'rehearsal_server_lost', 'transaction']);
		await expectNothingLeft(stage, gate.id, both);
		await expectLiveAsBefore(stage);
		const again = await askWith(stage, { files: { '1.sql': MAKES } });
		await beginRehearsal(stage.setting);
		expect(await readRehearsed(stage.setting, again)).toMatchObject({ status: 'passed', failure: null });
		await expectNothingLeft(stage, again, both);
		return `it failed: ${failure?.message}; nothing left; the next one passed`;
	},
};
