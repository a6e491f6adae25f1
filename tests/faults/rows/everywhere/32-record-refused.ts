import { expect } from 'vitest';
import { approvedChange, execute, fileChange, readRun, runToEnd, sign } from '#tests/support/change.ts';
import { readRecord } from '#tests/support/read-record.ts';
import type { Row } from '../../row.ts';
import { beginHere, MAKES, openStage, runToGate, type Stage } from '../../stage.ts';

const FUNCTION = 'function record_append(bytea)';

/** Signing, executing, and a run that stands in its transaction. */
export const recordRefused: Row = {
	row: 32,
	step: 'record',
	fault: 'append refused',
	required: 'the state did not change either',
	async run(world) {
		const stage = await openStage(world);
		const { setting, console } = stage;
		const { start, ended } = beginHere(stage);
		const filed = await fileChange(setting, { files: { '1.sql': MAKES } });
		const approved = await approvedChange(setting, { files: { '1.sql': MAKES } });
		await withoutRecord(stage, async () => {
			await expect(sign(setting, filed, { seat: 'dba' })).rejects.toThrow(/record_append/);
			await expect(execute(setting, approved)).rejects.toThrow(/record_append/);
		});
		expect(await console.sql('select status from change order by number')).toEqual([{ status: 'awaiting_dba' }, { status: 'approved' }]);
		expect(await console.sql('select 1 from signature where change_id = $1', [filed.changeId])).toEqual([]);
		expect(await console.sql('select 1 from run')).toEqual([]);

		const gate = await runToGate(stage, start);
		await withoutRecord(stage, async () => {
			await gate.open();
			await expect(ended()).rejects.toThrow(/record_append/);
		});
		const between = await readRun(console, gate.runId);
		// COMMIT went through; what follows it did not.
		expect(between).toMatchObject({ status: 'running', truth: { kind: 'committed' }, changeStatus: 'running' });
		expect(stage.place.application.maintenance()).toBe(true);
		const run = await runToEnd(setting, gate.runId);
		expect(run).toMatchObject({ status: 'succeeded', truth: { kind: 'committed' } });
		await readRecord(console);
		return 'nothing was signed, nothing executed; a committed run stayed where it was, and went on when it could be recorded';
	},
};

async function withoutRecord({ console }: Stage, work: () => Promise<void>): Promise<void> {
	await console.sql(`revoke execute on ${FUNCTION} from countersign_app`);
	try {
		await work();
	} finally {
		await console.sql(`grant execute on ${FUNCTION} to countersign_app`);
	}
}
