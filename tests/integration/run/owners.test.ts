import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LostOwnership, updateOwnRun } from '#lib/run/owner/journal.ts';
import { openRun } from '#lib/run/owner/open-run.ts';
import { takeOwnership } from '#lib/run/owner/own-run.ts';
import { approvedChange, execute, executeToEnd, expectOk, readRun, runToEnd, targetsOf } from '#tests/support/change.ts';
import { expectNothingChanged, lookAt } from '#tests/support/nothing-changed.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';

const BUNDLE = { files: { '1.sql': 'create table eng.made (id int)' } };
const setting = sharedSetting();

test('an owner that was overtaken before it had read the run writes nothing with the fence of the next one', async () => {
	const { store } = setting.console;
	const { runId } = expectOk(await execute(setting, await approvedChange(setting, BUNDLE)));
	const zombie = await takeOwnership(store, runId);
	await setting.console.sql(`update run set owner_seen_at = owner_seen_at - interval '1 minute' where id = $1`, [runId]);
	const owner = await takeOwnership(store, runId);
	expect([zombie?.fence, owner?.fence]).toEqual([2, 3]);
	const run = await openRun({ store, targets: targetsOf(setting.target), runId, fence: zombie?.fence ?? 0 });
	run.journal.tell('claim', { phase: 'started', data: {} });
	await expect(run.journal.flush()).rejects.toThrow(LostOwnership);
	await expect(updateOwnRun(store, run, { status: 'running' })).rejects.toThrow(LostOwnership);
	expect(await setting.console.sql('select from journal_entry where run_id = $1', [runId])).toEqual([]);
	await setting.console.sql('update run set owner_seen_at = null where id = $1', [runId]);
	expect(await runToEnd(setting, runId)).toMatchObject({ status: 'succeeded' });
	await setting.place.sql('drop table eng.made');
});

test('a worker whose machine cannot make the backup folder says so before anything is switched on', async () => {
	const before = await lookAt(setting.place);
	const { folder } = setting.target.backup;
	const inTheWay = join(folder, 'a-file');
	mkdirSync(folder, { recursive: true });
	writeFileSync(inTheWay, '');
	const target = { ...setting.target, backup: { ...setting.target.backup, folder: join(inTheWay, 'backups') } };
	try {
		const run = await executeToEnd({ ...setting, target }, await approvedChange(setting, BUNDLE));
		expect(run).toMatchObject({ status: 'rolled_back', failure: { code: 'no_backup_folder' } });
		expect(setting.place.application.calls.filter((call) => call === 'POST maintenance/enable')).toHaveLength(1); // The run before.
		await expectNothingChanged({ console: setting.console, place: setting.place, before }, run);
	} finally {
		rmSync(inTheWay);
	}
});

test('the claim says what of the target’s settings makes a commit less than it says; a worker that does not see the dump of the run before, that the folder may not be shared', async () => {
	const { runId } = expectOk(await execute(setting, await approvedChange(setting, BUNDLE)));
	const [last] = await setting.console.sql<{ folder: string }>(`select backup->>'folder' as folder from run where backup is not null`);
	rmSync(String(last?.folder), { recursive: true });
	await runToEnd(setting, runId);
	expect(await readRun(setting.console, runId)).toMatchObject({ status: 'succeeded' });
	const told = await setting.console.sql<{ message: string }>(
		`select data->>'message' as message from journal_entry where run_id = $1 and step = 'claim' and phase = 'notice' order by seq`,
		[runId],
	);
	expect(told).toEqual([
		{ message: expect.stringMatching(/the workers do not share that folder/) },
		{ message: expect.stringMatching(/^The target: fsync is off: a crash of the machine can lose committed changes/) },
	]);
});
