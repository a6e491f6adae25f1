import { expect } from 'vitest';
import type { Misbehaviour } from '#tests/support/application.ts';
import { approvedChange, executeToEnd, stepsOf } from '#tests/support/change.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import type { Row } from '../../row.ts';
import { MAKES, openStage } from '../../stage.ts';

const WAYS: [string, Misbehaviour][] = [
	['POST maintenance/enable', 'fail'],
	['POST maintenance/enable', 'hang'],
	['POST maintenance/enable', 'redirect'],
	['GET maintenance', 'redirect'],
	['POST maintenance/enable', 'lie'],
];

export const maintenanceEndpoint: Row = {
	row: 15,
	step: 'maintenance',
	fault: '500, hang, redirect',
	required: 'no BEGIN',
	async run(world) {
		const stage = await openStage(world);
		const { place, setting, console } = stage;
		const change = await approvedChange(setting, { files: { '1.sql': MAKES } });
		for (const [endpoint, how] of WAYS) {
			place.application.misbehave.set(endpoint, how);
			const run = await executeToEnd(setting, change);
			expect(run).toMatchObject({ status: 'rolled_back', failure: { code: 'maintenance_not_reported' }, xid: null });
			expect((await stepsOf(console, run.runId)).map(({ step }) => step)).not.toContain('backup');
			expect(await lookAt(place)).toEqual(stage.before);
			place.application.misbehave.clear();
			await fetch(`${place.application.url}/maintenance/disable`, { method: 'POST' });
		}
		return `${WAYS.length} ways to misbehave, no transaction was begun in any`;
	},
};
