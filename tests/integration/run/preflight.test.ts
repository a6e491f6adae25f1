import type pg from 'pg';
import { expect, test } from 'vitest';
import { readPreflight } from '#lib/views/change/read-preflight.ts';
import { approvedChange, execute, expectOk, runBundle, runToEnd, targetsOf } from '#tests/support/change.ts';
import { expectFailsAt, lookAt } from '#tests/support/nothing-changed.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';
import { readRecord } from '#tests/support/test-console.ts';

const shared = sharedSetting();
const asItIs = async () => ({ console: shared.console, place: shared.place, before: await lookAt(shared.place) });

/** To this target every transaction is a long one. */
const impatient = () => shared.place.define((d) => Object.assign(d, { thresholds: { cpu: 100, longTransaction: '1ms' } }));

test('ends the run at the claim where a prepared transaction would end it anyway', async () => {
	const name = `left by ${shared.place.database}`;
	await shared.place.sql(`begin; lock table eng.teams in share mode; prepare transaction '${name}'`);
	try {
		await expectFailsAt(await asItIs(), {
			target: impatient(),
			step: 'claim',
			failure: { code: 'preflight', message: expect.stringContaining(`rollback prepared '${name}';`) },
		});
	} finally {
		await shared.place.sql(`rollback prepared '${name}'`);
	}
	expect(shared.place.application.calls).not.toContain('POST maintenance/enable');
});

test('ends the run at the claim where its login cannot become a role that it would work as', async () => {
	await expectFailsAt(await asItIs(), {
		target: shared.place.define((d) => Object.assign(d.connection as object, { appliesAs: 'postgres' })),
		step: 'claim',
		failure: { code: 'preflight', message: expect.stringContaining('countersign_run cannot become postgres') },
	});
	expect(shared.place.application.calls).not.toContain('POST maintenance/enable');
});

test('names to the operator, and in the claim, who holds a lock that a statement needs', async () => {
	const setting = { console: shared.console, target: impatient() };
	const change = await approvedChange(setting, { files: { '1.sql': 'select 1;\nalter table eng.teams add noted int' } });
	const ask = { store: shared.console.store, targets: targetsOf(setting.target), number: change.number, now: new Date() };
	await expect(readPreflight({ ...ask, actor: await shared.console.actor('rui') })).rejects.toMatchObject({ code: 'forbidden' });
	const other = await shared.place.session();
	const { rows } = await other
		.query('begin; select 1 from eng.teams; select pg_backend_pid() as pid')
		.then((all) => (all as unknown as pg.QueryResult[])[2] as pg.QueryResult);
	const who = `Session ${rows[0].pid} of postgres (psql) is idle in transaction for`;
	const holds = 'it holds AccessShareLock on eng.teams, which statement 2 (1.sql:2) needs.';
	const { items } = await readPreflight({ ...ask, actor: await shared.console.actor('olga') });
	expect(items.find(({ subject }) => subject === 'transactions')).toMatchObject({
		state: 'warns',
		obstacles: [{ what: expect.stringContaining(holds) }],
	});
	// The server is on this machine.
	expect(items.find(({ subject }) => subject === 'disk of the database')).toMatchObject({
		state: 'clear',
		words: expect.stringContaining(' free; '),
	});
	const pause = await pauseAt(shared.console, { step: 'claim', phase: 'passed' });
	const { runId } = expectOk(await execute(setting, change));
	const ending = runToEnd(setting, runId);
	try {
		await pause.reached();
	} finally {
		await other.end();
		await pause.release();
	}
	expect((await ending).status).toBe('succeeded');
	await shared.place.sql('alter table eng.teams drop column noted');
	const claim = (await readRecord(shared.console)).find(
		({ kind, subject, data }) => kind === 'run.step_passed' && subject.runId === runId && data.step === 'claim',
	);
	const notices = await shared.console.sql(
		`select data ->> 'message' as message from journal_entry where run_id = $1 and step = 'claim' and phase = 'notice'`,
		[runId],
	);
	for (const text of [JSON.stringify(claim?.data), notices.map(({ message }) => message).join()]) {
		expect(text).toContain(who);
		expect(text).toContain(holds);
	}
});

test('ends the run where the disk of the backups has less than half of the room', async () => {
	await runBundle(shared, { files: { '1.sql': 'create table eng.made (id int)' } });
	await shared.place.sql('drop table eng.made');
	// As if the dump had been that large.
	await shared.console.sql(`update run set backup = backup || '{"bytes": 1e18}' where status = 'succeeded'`);
	try {
		await expectFailsAt(await asItIs(), {
			step: 'claim',
			failure: { code: 'preflight', message: expect.stringContaining('Make room on the disk of the backup folder') },
		});
	} finally {
		await shared.console.sql(`update run set backup = backup - 'databaseBytes'`);
	}
});
