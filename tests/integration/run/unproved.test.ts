import { expect, test } from 'vitest';
import { approvedChange, execute, expectOk, readRun, runToEnd } from '#tests/support/change.ts';
import { pauseAt } from '#tests/support/pause.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';
import { until } from '#tests/support/sql.ts';
import { readRecord } from '#tests/support/test-console.ts';

const setting = sharedSetting();

const GATE = 8088;

/** A run whose transaction is interrupted, and beside it something else happens to the target. */
async function interruptedWhile(sql: string) {
	const files = { '1.sql': 'create table eng.made ();', '2.sql': `select pg_advisory_xact_lock(${GATE})` };
	const change = await approvedChange(setting, { files });
	// A gate held before the backup would be a session that the quiescence gate waits for.
	const pause = await pauseAt(setting.console, { step: 'trial', phase: 'passed' });
	const { runId } = expectOk(await execute(setting, change));
	const ending = runToEnd(setting, runId);
	await pause.reached();
	const holder = await setting.place.session();
	await holder.query(`select pg_advisory_lock(${GATE})`);
	await pause.release();
	const waiting = `select pid from pg_locks where locktype = 'advisory' and objid = ${GATE} and not granted
		and database = (select oid from pg_database where datname = current_database())`;
	await until('the run at the gate', async () => (await setting.place.sql(waiting)).length > 0);
	await setting.place.sql(sql);
	await setting.place.sql(`select pg_terminate_backend(pid) from (${waiting}) as waiter`);
	const run = await ending;
	await holder.end();
	const ended = (await readRecord(setting.console)).filter((entry) => entry.kind === 'run.ended' && entry.subject.runId === runId);
	return { run, ended };
}

/** What must be so whichever way it could not be shown that nothing changed. */
async function expectNothingCommittedYetUnproved({ run, ended }: Awaited<ReturnType<typeof interruptedWhile>>, says: string) {
	expect(await readRun(setting.console, run.runId)).toMatchObject({
		status: 'unknown',
		truth: { kind: 'nothing_committed' },
		changeStatus: 'unknown',
	});
	expect(run.failure?.message).toContain('Nothing was committed.');
	expect(run.failure?.message).toContain(says);
	expect(ended.map((entry) => entry.data.outcome)).toEqual(['unknown']);
	expect(String(ended[0]?.data.summary)).not.toContain('not known whether COMMIT');
	expect(setting.place.application.maintenance()).toBe(true);
	const markers = await setting.place.sql('select tombstone from countersign.marker where run_id = $1', [run.runId]);
	expect(markers).toEqual([{ tombstone: 't' }]);
}

test('a catalog that somebody else changed during the transaction is not called as before, nor is COMMIT called unknown', async () => {
	await expectNothingCommittedYetUnproved(await interruptedWhile('create table eng.by_somebody_else ()'), 'The catalog has changed');
	await setting.place.sql('drop table eng.by_somebody_else');
});

test('a catalog that cannot be read after the transaction had begun proves nothing: maintenance mode stays on', async () => {
	const { database } = setting.place;
	const interrupted = await interruptedWhile(`revoke connect on database ${database} from countersign_backup`);
	await expectNothingCommittedYetUnproved(interrupted, 'The catalog could not be read again');
	await setting.place.sql(`grant connect on database ${database} to countersign_backup`);
});
